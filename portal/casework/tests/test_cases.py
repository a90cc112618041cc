"""A case from its report to its end: who has it, since when, and nobody outside the organisation sees it (J20, J22)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import cases_about
from portal.casework.models import Case
from portal.casework.reference import new_case_reference
from portal.casework.services.work_case import answer_case, close_case, take_case, wait_for
from portal.casework.states import CASE
from portal.casework.tests.factories import agent, opened, reporter
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db


def test_a_new_case_waits_for_the_support_team_and_its_reporter_is_told() -> None:
    actor = reporter()
    case = opened(actor, payload={"missing": {"GMS1": 1}})
    assert (case.state, case.owner_id, case.opened_by_name) == ("received", None, actor.name)
    assert case.holder == "The operator's support team"
    assert Case.objects.get().payload == {"missing": {"GMS1": 1}}
    message = OutboxMessage.objects.get(kind="casework.case_opened")
    assert (message.recipients, message.subject) == ([actor.email], f"We have your case {case.reference}")
    assert f"/cases/{case.reference}/" in message.body and "order SO-TEST-0001" in message.body


def test_a_case_is_taken_waits_is_answered_and_closed() -> None:
    actor = reporter()
    case = opened(actor)
    began = case.state_since
    taken = take_case(agent(), case.reference)
    assert (taken.state, taken.holder) == ("in_progress", "Sam Agent")
    waiting = wait_for(agent(), case.reference, "DPD")
    assert (waiting.state, waiting.holder) == ("waiting", "DPD")
    assert take_case(agent(), case.reference).holder == "Sam Agent"
    answered = answer_case(agent(), case.reference, "A new box is on its way.")
    assert (answered.state, answered.answer, answered.waiting_for) == ("resolved", "A new box is on its way.", "")
    assert answered.state_since > began and answered.answered_at is not None
    assert close_case(actor, case.reference).state == "closed"
    types = [event.type for event in AuditEvent.objects.about("case", case.reference)]  # type: ignore[attr-defined]
    assert types == [
        "casework.opened", "casework.taken", "casework.waits", "casework.taken", "casework.answered", "casework.closed",
    ]  # fmt: skip


def test_the_answer_is_read_in_the_portal_and_not_in_the_email() -> None:
    case = opened()
    answer_case(agent(), case.reference, "Mrs Example's pad went to the wrong door.")
    message = OutboxMessage.objects.get(kind="casework.case_answered")
    assert "Example" not in message.body and case.reference in message.subject
    assert "Example" not in str(AuditEvent.objects.get(type="casework.answered").payload)


def test_who_answers_owns_the_case() -> None:
    case = opened()
    take_case(agent(), case.reference)
    answered = answer_case(agent(name="Kim Colleague", user_id=900_011), case.reference, "Done.")
    assert (answered.owner_name, answered.owner_id) == ("Kim Colleague", 900_011)


def test_two_people_do_not_take_the_same_case() -> None:
    case = opened()
    take_case(agent(), case.reference)
    with pytest.raises(Conflict, match="Sam Agent is already looking into"), transaction.atomic():
        take_case(agent(user_id=900_011), case.reference)


@pytest.mark.parametrize("step", ["take", "wait", "answer"])
def test_a_closed_case_stays_closed(step: str) -> None:
    actor = reporter()
    case = opened(actor)
    answer_case(agent(), case.reference, "Done.")
    close_case(actor, case.reference)
    with pytest.raises(Conflict), transaction.atomic():
        if step == "take":
            take_case(agent(), case.reference)
        elif step == "wait":
            wait_for(agent(), case.reference, "DPD")
        else:
            answer_case(agent(), case.reference, "Again.")


def test_a_case_is_closed_only_once_it_is_answered() -> None:
    actor = reporter()
    case = opened(actor)
    with pytest.raises(Conflict), transaction.atomic():
        close_case(actor, case.reference)


def test_rights_and_scope() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    case = opened(reporter(membership))
    with pytest.raises(Refused, match="does not let you answer"), transaction.atomic():
        answer_case(agent("warehouse_operator"), case.reference, "x")
    with pytest.raises(Refused, match="does not let you report"), transaction.atomic():
        opened(reporter(None, "read_only"))
    answer_case(agent(), case.reference, "Done.")
    with pytest.raises(NotFound), transaction.atomic():
        close_case(reporter(), case.reference)
    with pytest.raises(NotFound), transaction.atomic():
        answer_case(agent(), "CA-XXXX-XXXX", "x")


def test_the_cases_about_a_thing_are_shown_to_those_who_may_see_them() -> None:
    actor = reporter()
    first, second = opened(actor), opened(actor)
    opened(actor, about_reference="SO-OTHER")
    opened(reporter())  # another organisation's, about an order of the same name
    assert cases_about(actor, "order", "SO-TEST-0001") == [second, first]
    assert len(cases_about(agent(), "order", "SO-TEST-0001")) == 3
    assert cases_about(agent("warehouse_operator"), "order", "SO-TEST-0001") == []


def test_the_database_knows_the_steps() -> None:
    case = opened()
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "in_progress"}, "case_has_an_owner"),
        ({"state": "waiting", "owner_id": 1}, "case_pauses_only_while_waiting_for_somebody"),
        ({"state": "resolved", "owner_id": 1}, "case_is_answered"),
        ({"state": "lost"}, "case_state_known"),
    ],
)
def test_the_database_refuses_a_case_that_cannot_be(values: dict[str, object], constraint: str) -> None:
    case = opened()
    case.pk = None
    case.reference = new_case_reference()
    for name, value in values.items():
        setattr(case, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        case.save(force_insert=True)


@pytest.mark.parametrize("state", list(CASE.states))
def test_every_state_has_a_holder_and_a_next_step(state: str) -> None:
    case = Case(state=state, owner_name="Sam", waiting_for="DPD")
    assert case.holder and case.next_step and case.state_label and case.state_colour
