"""The pages on which two people say whether two patients are one, and what a practice reads afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AccessEntry
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Movement, PaperRecord
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.tests.factories import ELSEWHERE, HERE, THERE, practices
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_joining import join_them, new, old, place, two
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import Journey, a_record, labelled, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
QUESTIONS = "/staff/registrations/questions/"


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def staff(sign_in: Callable[..., Client]) -> Callable[[str], Client]:
    """Signs in somebody of the operator with one role."""
    operator_organisation = OperatorFactory()

    def somebody(role: str) -> Client:
        return sign_in(MembershipFactory(organisation=operator_organisation, roles=[role]))

    return somebody


def _address(question: Any, step: str = "") -> str:
    return f"/staff/registrations/joining/{question.reference}/{step}"


def test_one_proposes_and_another_joins(staff: Callable[[str], Client]) -> None:
    question = two()
    a_record(place(HERE), patient=old())
    first, second = staff("data_manager"), staff("approver")
    assert "Compare the two" in _text(first, QUESTIONS)
    page = _text(first, _address(question))
    assert "registered with two practices" in page and "dates of birth differ" not in page
    assert {old().reference, new().reference} <= set(AccessEntry.objects.values_list("patient_reference", flat=True))
    assert first.post(_address(question, "propose/"), {"reason": "The sender says so"}).status_code == 302
    assert "somebody else has to decide" in _text(first, _address(question))
    assert first.post(_address(question, "agree/"), {"note": "x"}).status_code == 403
    assert "Waits for a second person" in _text(second, QUESTIONS)
    assert "Patients to join, or not" in _text(second, "/staff/")
    assert "They are one: join them" in _text(second, _address(question))
    assert second.post(_address(question, "agree/"), {"note": "Compared"}).status_code == 302
    assert old().merged_into == new()
    assert "One patient: Compared" in _text(first, _address(question))
    assert question.reference not in _text(first, QUESTIONS)


def test_different_dates_of_birth_are_shown_loudly_and_asked_about(staff: Callable[[str], Client]) -> None:
    question, first = two(born="1950-01-01"), staff("data_manager")
    assert "The dates of birth differ" in _text(first, _address(question))
    response = first.post(_address(question, "propose/"), {"reason": "The sender says so"})
    assert response.status_code == 422 and "which date of birth is right" in response.content.decode()
    sent = {"reason": "The sender says so", "birth_date_of": "old"}
    assert first.post(_address(question, "propose/"), sent).status_code == 302


def test_refused_it_is_closed_and_can_be_asked_again(staff: Callable[[str], Client]) -> None:
    question, first, second = two(), staff("data_manager"), staff("approver")
    first.post(_address(question, "propose/"), {"reason": "x"})
    assert second.post(_address(question, "refuse/"), {"note": "Twins"}).status_code == 302
    assert question.reference not in _text(first, QUESTIONS)
    assert "Two people: Twins" in _text(first, f"{QUESTIONS}?show=answered")
    assert first.post(_address(question, "propose/"), {"reason": "No twins"}).status_code == 302
    assert question.reference in _text(second, QUESTIONS)
    assert "Two people: Twins" not in _text(first, f"{QUESTIONS}?show=answered")


def test_a_protected_identity_is_compared_without_being_read(staff: Callable[[str], Client]) -> None:
    question = two()
    record = a_record(place(HERE), patient=old())
    PaperRecord.objects.filter(id=record.id).update(is_sealed=True)
    page = _text(staff("data_manager"), _address(question))
    assert "Protected identity" in page and "Same" in page
    for word in ("ASQUITH", NUMBER[:3] + " " + NUMBER[3:6], "23 July 1946"):
        assert word not in page


@pytest.mark.parametrize("role", ["auditor", "records_operator", "support_agent"])
def test_who_may_not_join_patients_does_not_see_them(role: str, staff: Callable[[str], Client]) -> None:
    assert staff(role).get(_address(two())).status_code == 403


def test_what_cannot_be_joined_says_so_and_can_be_closed(staff: Callable[[str], Client]) -> None:
    question, first = two(), staff("data_manager")
    question.replaced_by = ""
    question.save()
    assert "send it again" in _text(first, _address(question))
    assert first.get(_address(question, "propose/")).status_code == 409


def _clerk(sign_in: Callable[..., Client], code: str, role: str = "records_movement_clerk") -> Client:
    practice = Organisation.objects.get(code=code)
    return sign_in(MembershipFactory(organisation=practice, roles=[role]))


def test_a_practice_reads_that_the_number_was_replaced(sign_in: Callable[..., Client]) -> None:
    question = two()
    record = a_record(place(ELSEWHERE), patient=old())
    command = StartMovement(record=record, origin=place(ELSEWHERE), destination=place(THERE), reason="registration")
    movement = start_movement(operator(), command)
    [label] = labelled(movement)
    join_them(question)
    sender, here = _clerk(sign_in, ELSEWHERE), f"/o/{ELSEWHERE}/records"
    page = _text(sender, f"{here}/movements/{movement.reference}/")
    assert "NHS number before" in page and "This number was replaced" in page
    envelope = {"number": NUMBER, "born_on_day": "23", "born_on_month": "7", "born_on_year": "1946"}
    sent = sender.post(f"{here}/match/", {"step": "bagged", "code": label.code, **envelope})
    assert "They fit" in sent.content.decode() and "This number was replaced" in sent.content.decode()
    looked = sender.post(f"{here}/look-up/", {"purpose": "care", **envelope})
    assert movement.reference in looked.content.decode() and "This number was replaced" in looked.content.decode()


def test_what_ended_under_the_old_number_is_shown_with_what_goes_on(sign_in: Callable[..., Client]) -> None:
    question = two(old_at=HERE)
    record = a_record(place(ELSEWHERE), patient=old())
    command = StartMovement(record=record, origin=place(ELSEWHERE), destination=place(HERE), reason="registration")
    ended = start_movement(operator(), command)
    Journey(labelled(ended)[0]).scan("received", place(HERE))
    join_them(question)
    onward = Movement.objects.get(ended_at=None)
    for movement, other in ((ended, onward), (onward, ended)):
        page = _text(_clerk(sign_in, HERE), f"/o/{HERE}/records/movements/{movement.reference}/")
        assert "The same patient under another number" in page and other.reference in page
    page = _text(_clerk(sign_in, HERE), f"/o/{HERE}/records/movements/{ended.reference}/")
    assert "This number was replaced" in page


def test_the_looks_at_both_are_shown_together(sign_in: Callable[..., Client]) -> None:
    from portal.foundation.access import Actor
    from portal.foundation.audit.access_log import looked

    question = two()
    for name, patient in (("Early Looker", old()), ("Other Looker", new())):
        RegisteredPatient.objects.filter(id=patient.id).update(registered_at=Organisation.objects.get(code=THERE))
        looked(Actor(name=name, audience="staff"), [patient.reference], purpose="keep_record", page="test")
    join_them(question)
    reader = _clerk(sign_in, THERE, "main_contact")
    for patient in (old(), new()):
        page = _text(reader, f"/o/{THERE}/records/looks/patients/{patient.reference}/")
        assert "Early Looker" in page and "Other Looker" in page


def test_numbers_of_both_are_hidden_from_addresses_and_lists(staff: Callable[[str], Client]) -> None:
    two()
    page = _text(staff("data_manager"), QUESTIONS)
    assert NUMBER not in page and OTHER_NUMBER not in page
