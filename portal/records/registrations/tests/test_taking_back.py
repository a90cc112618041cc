"""A proposal to join two patients is taken back by who made it, and everything is as it was before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Movement
from portal.records.registrations.comparing import to_decide
from portal.records.registrations.models import PatientJoining, RegistrationEvent, SupersededNumber
from portal.records.registrations.services.decide_joining import agree_to_joining, refuse_joining
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.settle_question import SettleQuestion, settle_question
from portal.records.registrations.services.take_back_joining import take_back_joining
from portal.records.registrations.tests.factories import HERE, practices
from portal.records.registrations.tests.samples import NUMBER
from portal.records.registrations.tests.test_joining import FIRST, SECOND, old, person, place, two, whole
from portal.records.tests.factories import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def _proposed() -> RegistrationEvent:
    question = two()
    a_record(place(HERE), patient=old())
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    return question


def test_taken_back_nothing_has_moved_and_the_question_waits_as_before() -> None:
    question = _proposed()
    taken = take_back_joining(FIRST, question.reference, " These are twins ")
    assert (taken.state, taken.note, taken.decided_by_name) == ("taken_back", "These are twins", "Dana")
    question.refresh_from_db()
    assert question.settled_at is None
    assert old().merged_into is None and not Movement.objects.exists() and not SupersededNumber.objects.exists()
    assert not to_decide(person(9)).exists()
    told = AuditEvent.objects.get(type="registrations.joining_taken_back")
    assert (told.subject_reference, told.actor_name) == (question.reference, "Dana")
    whole()


def test_the_question_can_be_closed_once_no_proposal_stands_in_the_way() -> None:
    question = _proposed()
    with pytest.raises(Conflict, match="A second person decides"), transaction.atomic():
        settle_question(SECOND, SettleQuestion(reference=question.reference, note="Twins"))
    take_back_joining(FIRST, question.reference, "Twins")
    settle_question(SECOND, SettleQuestion(reference=question.reference, note="Twins"))
    question.refresh_from_db()
    assert question.settled_note == "Twins"


def test_it_can_be_proposed_again_by_anybody_and_decided_by_who_took_theirs_back() -> None:
    question = _proposed()
    take_back_joining(FIRST, question.reference, "Not sure any more")
    propose_joining(SECOND, ProposeJoining(question=question.reference, reason="The sender has written"))
    agree_to_joining(FIRST, question.reference, "Seen the letter")
    assert old().merged_into is not None
    assert sorted(PatientJoining.objects.values_list("state", flat=True)) == ["joined", "taken_back"]
    whole()


def test_an_answer_of_before_stays_when_a_later_proposal_is_taken_back() -> None:
    question = _proposed()
    refuse_joining(SECOND, question.reference, "Twins")
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="No twins"))
    take_back_joining(FIRST, question.reference, "They are")
    question.refresh_from_db()
    assert question.settled_note == "Two people: Twins"


def test_only_whoever_proposed_it_takes_it_back() -> None:
    question = _proposed()
    with pytest.raises(Refused, match="Only whoever proposed it"), transaction.atomic():
        take_back_joining(SECOND, question.reference, "x")
    with pytest.raises(IntegrityError, match="joining_decided_by_another"), transaction.atomic():
        PatientJoining.objects.update(state="taken_back", decided_by_id=2, decided_at=timezone.now(), note="x")


def test_it_says_why_and_names_nobody() -> None:
    question = _proposed()
    for why, sentence in ((" ", "Say why you take it back"), (f"It is {NUMBER}", "Leave out NHS numbers")):
        with pytest.raises(InvalidInput, match=sentence), transaction.atomic():
            take_back_joining(FIRST, question.reference, why)
    with pytest.raises(NotFound), transaction.atomic():
        take_back_joining(FIRST, "RE-0000-0000", "x")


def test_it_is_too_late_once_a_second_person_has_decided_and_the_other_way_round() -> None:
    question = _proposed()
    refuse_joining(SECOND, question.reference, "Twins")
    with pytest.raises(Conflict, match="Omar has decided it already: two people"), transaction.atomic():
        take_back_joining(FIRST, question.reference, "x")
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    take_back_joining(FIRST, question.reference, "A mistake")
    for decide in (agree_to_joining, refuse_joining):
        with pytest.raises(Conflict, match="Dana has taken the proposal back: A mistake"), transaction.atomic():
            decide(SECOND, question.reference, "x")


@pytest.fixture
def staff(sign_in: Callable[..., Client]) -> Callable[[str], Client]:
    """Signs in somebody of the operator with one role."""
    operator_organisation = OperatorFactory()
    return lambda role: sign_in(MembershipFactory(organisation=operator_organisation, roles=[role]))


def test_the_page_of_who_proposed_it_has_the_button_and_nobody_elses(staff: Callable[[str], Client]) -> None:
    question = two()
    address = f"/staff/registrations/joining/{question.reference}/"
    first, second = staff("data_manager"), staff("approver")
    assert first.get(f"{address}take-back/").status_code == 409  # nothing waits
    first.post(f"{address}propose/", {"reason": "x"})
    button = "Take the proposal back"
    assert button in first.get(address).content.decode()
    assert button not in second.get(address).content.decode()
    assert second.get(f"{address}take-back/").status_code == 403
    assert second.post(f"{address}take-back/", {"why": "x"}).status_code == 403
    assert "Take the proposal back?" in first.get(f"{address}take-back/").content.decode()
    unsaid = first.post(f"{address}take-back/", {"why": ""})
    assert unsaid.status_code == 422 and "Say why you take it back" in unsaid.content.decode()
    done = first.post(f"{address}take-back/", {"why": "These are twins"})
    assert done.status_code == 302
    page = first.get(done["Location"]).content.decode()
    assert "You have taken the proposal back" in page and "These are twins" in page and "Taken back by" in page
    assert "Propose to join them" in page and "close the question" in page
    assert "Waits for a second person" not in first.get("/staff/registrations/questions/").content.decode()
