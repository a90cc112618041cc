"""Replies that begin with a text of the operator's, and wait for an answer in the same step (J22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.casework.models import Case, Message
from portal.casework.replies import TABLE, parse_replies, replies_for, reply_texts
from portal.casework.services.run_desk import reply_to_case
from portal.casework.services.work_case import wait_for
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.texts import read_table

pytestmark = pytest.mark.django_db
GOOD = {"code": "a", "name": "A", "use": "reply", "text": "Dear {asker}"}


def test_a_text_is_filled_with_what_is_known_of_the_case() -> None:
    asker = reporter()
    case = Case.objects.select_related("organisation").get(pk=opened(asker).pk)
    Case.objects.filter(pk=case.pk).update(due_on=date(2026, 12, 4))
    case.refresh_from_db()
    (row,) = parse_replies(
        {"replies": [{**GOOD, "text": "{asker} {reference} {about} {organisation} {agent} {due} {{x}}"}]}
    ).values()
    assert row.filled(case, agent()) == (
        f"{asker.name} {case.reference} order SO-TEST-0001 {asker.organisation_name} Sam Agent 4 December 2026 {{x}}"
    )


def test_every_text_of_the_table_can_be_filled() -> None:
    case = opened()
    for each in reply_texts().values():
        assert "{" not in each.filled(case, agent())


def test_a_case_is_offered_the_texts_of_its_kind_and_use() -> None:
    def offered(kind: str, use: str) -> set[str]:
        return {each.code for each in replies_for(Case(kind=kind), use)}

    assert "carrier_asked" in offered("short", "reply") - offered("enquiry", "reply")
    assert "replacement" in offered("short", "answer") - offered("short", "reply")
    assert "ods_first" in offered("merger", "reply") & offered("merger", "answer")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**GOOD, "text": "{password}"}, "names {password}"),
        ({**GOOD, "text": "{asker.__class__}"}, "names {asker.__class__}"),
        ({**GOOD, "text": "{asker!r}"}, "names {asker}"),
        ({**GOOD, "text": "{asker:>9999999}"}, "names {asker}"),
        ({**GOOD, "text": "Dear {asker"}, "not closed"),
        ({**GOOD, "text": " "}, "needs a name, and a text"),
        ({**GOOD, "use": "letter"}, "is for 'letter'"),
        ({**GOOD, "colour": "blue"}, "a word too many"),
        ({"code": "a"}, "not complete"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(row: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        parse_replies({"replies": [row]})
    assert said in str(error.value) and "the reply a" in str(error.value)


def test_a_code_stands_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="twice"):
        parse_replies({"replies": [GOOD, GOOD]})
    assert parse_replies({}) == {}
    assert len(parse_replies(read_table(TABLE))) == len(reply_texts())


def test_a_reply_waits_in_the_same_step() -> None:
    asker = reporter()
    case, until = opened(asker), timezone.localdate() + timedelta(days=9)
    waiting = reply_to_case(agent(), case.reference, "Which box?", wait=True, until=until)
    assert (waiting.state, waiting.waiting_for, waiting.waiting_party) == ("waiting", asker.name, "requester")
    assert (waiting.waiting_until, waiting.owner_name) == (until, "Sam Agent")
    assert waiting.first_replied_at is not None and Message.objects.get().body == "Which box?"
    types = [event.type for event in AuditEvent.objects.about("case", case.reference)]  # type: ignore[attr-defined]
    assert types[-2:] == ["casework.replied", "casework.waits"]


def test_what_cannot_wait_is_not_sent_either() -> None:
    case = opened()
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(InvalidInput), transaction.atomic():
        reply_to_case(agent(), case.reference, "Which box?", wait=True, until=yesterday)
    wait_for(agent(), case.reference, "DPD")
    with pytest.raises(Conflict), transaction.atomic():
        reply_to_case(agent(), case.reference, "Which box?", wait=True)
    assert not Message.objects.exists()
    assert not OutboxMessage.objects.filter(kind="casework.case_written").exists()


def test_a_text_is_put_after_what_was_typed_and_nothing_is_sent(sign_in: Callable[..., Client]) -> None:
    member, case = staff_member(), opened()
    client, base = sign_in(member), f"/staff/cases/{case.reference}/"
    typed = {"body": "One <b>moment</b>.", "then": "wait", "until_day": "7", "until_month": "x", "fill": "1"}
    page = client.post(f"{base}reply/", {**typed, "begin_with": "progress"})
    text = page.content.decode()
    assert page.status_code == 200 and "There is a problem" not in text
    assert "One &lt;b&gt;moment&lt;/b&gt;.\n\nDear " in text and member.user.name in text
    assert 'value="wait" checked' in text and 'value="x"' in text
    assert "A replacement" not in text  # that is an answer
    for code in ("replacement", "nonsense", ""):
        again = client.post(f"{base}reply/", {**typed, "begin_with": code}).content.decode()
        assert "One &lt;b&gt;moment" in again and "Dear" not in again
    assert (
        "A replacement is on its way"
        in client.post(f"{base}answer/", {"answer": "", "fill": "1", "begin_with": "replacement"}).content.decode()
    )
    assert not Message.objects.exists()
    sent = client.post(f"{base}reply/", {"body": "Which box?", "then": "wait"})
    assert sent["Location"] == f"{base}?done=replied_waits"
    assert "What comes next" not in client.get(f"{base}reply/").content.decode()
    assert client.post(f"{base}reply/", {"body": "And the colour?"})["Location"] == f"{base}?done=replied"
