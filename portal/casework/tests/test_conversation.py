"""A conversation about one case, from both sides; and what must not be said to the other side (J20, J22)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.conversation import thread_of
from portal.casework.email_links import issue_link
from portal.casework.models import Attachment, Case, Message
from portal.casework.policy import policy
from portal.casework.requester import requester
from portal.casework.services import write_to_case as writing
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.run_desk import add_note, merge_case, plan_case, reply_to_case
from portal.casework.services.work_case import answer_case, close_case, take_case, wait_for
from portal.casework.services.write_to_case import rate_case, write_to_case
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.files import CheckedUpload
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
SENTINEL = "zqxs-only-for-staff"


def _without_account(email: str = "asha@example.org") -> Case:
    command = OpenCase(kind="enquiry", subject="Where is my form?", details="I need one.")
    with transaction.atomic():
        return start_case(requester(email), command)


def _once() -> dict[str, str]:
    """What a page's form carries; with it a refused step is rolled back to where the request began."""
    return {"submission": str(uuid.uuid4())}


def _following(case: Case, client: Client) -> Client:
    with transaction.atomic():
        address = issue_link("case", case.reference, case.opened_by_email)
    assert client.post("/link/" + address.split("/link/")[1]).status_code == 302
    return client


def test_both_sides_write_and_the_first_reply_is_kept() -> None:
    asker = reporter()
    case = opened(asker)
    write_to_case(asker, case.reference, "It was two boxes.")
    first = reply_to_case(agent(), case.reference, "We look into it.").first_replied_at
    assert first is not None
    assert reply_to_case(agent(), case.reference, "Still looking.").first_replied_at == first
    assert [(each.side, each.body) for each in thread_of(asker, case)] == [
        ("requester", "It was two boxes."), ("staff", "We look into it."), ("staff", "Still looking."),
    ]  # fmt: skip
    told = OutboxMessage.objects.filter(kind="casework.case_written")
    assert told.count() == 2 and all("look" not in each.body for each in told)


def test_a_note_and_its_file_never_leave_the_staff(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    case = opened(reporter(clerk))
    upload = CheckedUpload(f"{SENTINEL}.pdf", "application/pdf", b"%PDF-1.4 note")
    add_note(agent(), case.reference, SENTINEL, upload)
    file = Attachment.objects.get(case=case).stored_file.reference
    base = f"/o/{clerk.organisation.code}/cases/{case.reference}/"
    client = sign_in(clerk)
    page = client.get(base).content.decode()
    assert SENTINEL not in page and "left a note" not in page
    assert client.get(f"{base}files/{file}/").status_code == 404
    staff = sign_in(staff_member())
    assert SENTINEL in staff.get(f"/staff/cases/{case.reference}/").content.decode()
    assert staff.get(f"/staff/cases/{case.reference}/files/{file}/").status_code == 409  # being checked
    assert not OutboxMessage.objects.filter(body__contains=SENTINEL).exists()
    assert not AuditEvent.objects.filter(payload__icontains=SENTINEL).exists()


def test_a_note_never_reaches_somebody_with_a_link(client: Client) -> None:
    case = _without_account()
    add_note(agent(), case.reference, SENTINEL)
    reply_to_case(agent(), case.reference, "It is on its way.")
    page = _following(case, client).get(f"/requests/case/{case.reference}/").content.decode()
    assert SENTINEL not in page and "It is on its way." in page


def test_somebody_without_account_converses_through_a_link(client: Client) -> None:
    case = _without_account()
    base = f"/requests/case/{case.reference}/"
    for rest in ("", "write/", "rate/", "close/"):
        assert client.get(base + rest).status_code == 404  # nobody without the link
    answer_case(agent(), case.reference, "Here it is.")
    assert "/link/" in OutboxMessage.objects.get(kind="casework.case_answered").body
    _following(case, client)
    assert "Here it is." in client.get(base).content.decode()
    assert client.post(f"{base}write/", {"body": " "}).status_code == 422
    assert client.post(f"{base}write/", {"body": "It is not."})["Location"] == f"{base}?done=written"
    assert Case.objects.get().state == "received" and Case.objects.get().reopened == 1
    answer_case(agent(), case.reference, "Now it is.")
    assert client.post(f"{base}close/")["Location"] == f"{base}?done=closed"
    assert client.post(f"{base}rate/", {"rating": "4"})["Location"] == f"{base}?done=rated"
    assert "4 of 5" in client.get(base).content.decode()
    assert client.post(f"{base}rate/", {"rating": "1", **_once()}).status_code == 409
    assert Case.objects.get().rating == 4


def test_a_link_to_one_case_opens_no_other(client: Client) -> None:
    mine, other = _without_account(), _without_account("ben@example.org")
    _following(mine, client)
    assert client.get(f"/requests/case/{other.reference}/").status_code == 404
    assert client.post(f"/requests/case/{other.reference}/write/", {"body": "x"}).status_code == 404
    assert not Message.objects.filter(case=other).exists()
    with pytest.raises(NotFound), transaction.atomic():
        write_to_case(requester("asha@example.org", case=mine.reference), other.reference, "x")


def test_a_reply_ends_only_the_wait_for_whoever_replies() -> None:
    asker = reporter()
    for party, state in (("requester", "in_progress"), ("carrier", "waiting")):
        case = opened(asker)
        until = timezone.localdate() + timedelta(days=9)
        assert wait_for(agent(), case.reference, "Somebody", party=party, until=until).next_action_on == until
        written = write_to_case(asker, case.reference, "Here.")
        assert (written.state, written.next_action_on) == (state, timezone.localdate())


def test_the_clock_stands_still_over_a_weekend_and_counts_working_days() -> None:
    case = opened()
    wait_for(agent(), case.reference, "Asha", party="requester")
    # Friday 25 September to Tuesday 29 September 2026: two working days, whatever the weekend adds.
    Case.objects.filter(pk=case.pk).update(paused_on=date(2026, 9, 25), due_on=date(2026, 9, 28))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda *_: date(2026, 9, 29))
        taken = take_case(agent(), case.reference)
    assert (taken.paused_days, taken.due_on, taken.paused_on) == (2, date(2026, 9, 30), None)


def test_what_was_settled_long_ago_stays_settled() -> None:
    asker = reporter()
    case = opened(asker)
    answer_case(agent(), case.reference, "Done.")
    close_case(asker, case.reference)
    long_ago = timezone.now() - timedelta(days=policy().durations.reopen_days, seconds=1)
    Case.objects.filter(pk=case.pk).update(closed_at=long_ago)
    with pytest.raises(Conflict), transaction.atomic():
        write_to_case(asker, case.reference, "It is not.")
    Case.objects.filter(pk=case.pk).update(closed_at=long_ago + timedelta(minutes=1))
    assert write_to_case(asker, case.reference, "It is not.").state == "received"


def test_nobody_rates_before_there_is_an_answer() -> None:
    asker = reporter()
    with pytest.raises(Conflict), transaction.atomic():
        rate_case(asker, opened(asker).reference, 5, "")


def test_a_duplicate_is_joined_and_stays_joined() -> None:
    asker = reporter()
    case, other = opened(asker), opened(asker)
    merged = merge_case(agent(), case.reference, other.reference)
    assert (merged.state, merged.merged_into) == ("merged", other)
    assert case.reference in thread_of(asker, other)[0].body
    for again in (
        lambda: write_to_case(asker, case.reference, "x"),
        lambda: reply_to_case(agent(), case.reference, "x"),
    ):
        with pytest.raises(Conflict), transaction.atomic():
            again()


def test_only_cases_of_the_same_asker_are_joined() -> None:
    case, stranger, account = opened(), opened(), _without_account()
    for into in (case.reference, stranger.reference, account.reference, "CA-0000-0000"):
        with pytest.raises(InvalidInput), transaction.atomic():
            merge_case(agent(), case.reference, into)
    with pytest.raises(InvalidInput), transaction.atomic():
        merge_case(agent(), account.reference, _without_account("ben@example.org").reference)
    assert merge_case(agent(), account.reference, _without_account("ASHA@example.org").reference).state == "merged"


def test_a_case_is_planned_for_a_known_queue_and_a_day_to_come() -> None:
    case, today = opened(), timezone.localdate()
    for queue, day in (("nowhere", today), ("data", today - timedelta(days=1))):
        with pytest.raises(InvalidInput), transaction.atomic():
            plan_case(agent(), case.reference, queue, day)
    planned = plan_case(agent(), case.reference, "data", today)
    assert (planned.queue, planned.next_action_on) == ("data", today)


def test_who_only_reads_writes_nothing() -> None:
    asker = reporter()
    case = opened(asker)
    for job in (
        lambda: reply_to_case(asker, case.reference, "x"),
        lambda: add_note(agent("auditor"), case.reference, "x"),
        lambda: merge_case(asker, case.reference, case.reference),
        lambda: writing.write_to_case(agent("auditor"), case.reference, "x"),
    ):
        with pytest.raises(Refused), transaction.atomic():
            job()
    assert not Message.objects.exists()


def test_the_desk_filters_searches_and_takes_a_duplicate(sign_in: SignIn) -> None:
    asker = reporter()
    case, other, account = opened(asker, subject="Blue box"), opened(asker), _without_account()
    client = sign_in(staff_member())
    base = "/staff/cases/"

    def shown(query: str) -> str:
        answer = client.get(base + query)
        assert answer.status_code == 200
        return answer.content.decode()

    assert account.reference in shown("") and "asha@example.org" in shown("")
    for words in ("blue BOX", case.reference.lower(), asker.organisation_code, asker.name):
        assert case.reference in shown(f"?show=all&search={words}")
        assert account.reference not in shown(f"?show=all&search={words}")
    assert case.reference not in shown("?queue=approvals")
    Case.objects.filter(pk=case.pk).update(due_on=date(2026, 1, 5))
    late = shown("?late=1")
    assert case.reference in late and other.reference not in late
    assert "Nobody yet" in shown("team-load/")
    one = f"{base}{account.reference}/"
    assert "they have no account" in shown(f"{account.reference}/")
    for rest in ("take/", "wait/", "answer/", "reply/", "note/", "plan/", "merge/"):
        assert client.get(one + rest).status_code == 200
    assert client.post(f"{one}reply/", {"body": "Hello"})["Location"] == f"{one}?done=replied"
    wrong = client.post(f"{base}{case.reference}/merge/", {"into": account.reference, **_once()})
    assert wrong.status_code == 422 and "somebody else" in wrong.content.decode()
    done = client.post(f"{base}{case.reference}/merge/", {"into": f" {other.reference.lower()} "})
    assert done["Location"] == f"{base}{case.reference}/?done=merged"
    assert case.reference in shown(f"{other.reference}/")
