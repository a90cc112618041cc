"""A message brings a number for one patient, and another has it: the two are compared, and may become one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AccessEntry
from portal.foundation.errors import Conflict
from portal.organisations.tests.factories import OperatorFactory
from portal.records.finding import Identifiers, find_patient
from portal.records.models import Movement, PaperRecord, RecordPart
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, SupersededNumber, WantedMovement
from portal.records.registrations.tests.factories import (
    HERE,
    THERE,
    from_authority,
    from_practice,
    practice,
    practices,
    take,
)
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER, acceptance, answer
from portal.records.registrations.tests.test_joining import join_them, place, whole
from portal.records.registrations.tests.test_superseded import THIRD, joined, replaced
from portal.records.tests.factories import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
QUESTIONS = "/staff/registrations/questions/"
UNNUMBERED = from_practice("G1", acceptance(number="", kind="2", transaction="13"))
BRINGS_IT = from_authority("F4", answer(transaction="13", number=NUMBER))


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def in_use(*, since: str = "202601011000") -> RegistrationEvent:
    """Somebody with the number at one practice, somebody without at another, and the question whether they are one."""
    take(from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent=since))
    take(UNNUMBERED)
    assert take(BRINGS_IT) == ["number_in_use"]
    return RegistrationEvent.objects.get(effect="number_in_use")


def has() -> RegisteredPatient:
    """Who has the number."""
    return RegisteredPatient.objects.get(nhs_number=NUMBER)


def without() -> RegisteredPatient:
    """Who was to get it."""
    return RegisteredPatient.objects.get(nhs_number="")


def test_joined_the_one_with_the_number_stays_and_the_newer_registration_counts() -> None:
    question = in_use()
    a_record(place(THERE), patient=has())
    join_them(question)
    assert (without().merged_into, without().registered_at) == (has(), None)
    assert has().registered_at == practice(HERE)
    assert not SupersededNumber.objects.exists()  # nobody's number was replaced
    wanted = WantedMovement.objects.get(ended_at=None)
    assert (wanted.patient, wanted.destination) == (has(), practice(HERE))
    assert Movement.objects.get(ended_at=None).origin.code == THERE
    whole()


def test_an_older_registration_of_the_other_does_not_count() -> None:
    question = in_use(since="202602011000")
    a_record(place(THERE), patient=has())
    join_them(question)
    assert has().registered_at == practice(THERE)
    assert not Movement.objects.filter(ended_at=None).exists()
    whole()


def test_paper_of_both_comes_together() -> None:
    question = in_use()
    a_record(place(THERE), patient=has())
    a_record(place(HERE), patient=without())
    join_them(question)
    assert set(RecordPart.objects.values_list("record__patient", flat=True)) == {has().id}
    assert Movement.objects.get(ended_at=None).destination.code == HERE
    whole()


def test_the_same_acceptance_without_a_number_leads_to_the_one_who_stays() -> None:
    join_them(in_use())
    again = from_practice("G1", acceptance(number="", kind="2", transaction="14"), sent="202601251435")
    assert take(again) == ["already_moving"]
    assert RegistrationEvent.objects.get(number="14").patient == has()
    born = has().born_on
    assert born is not None and find_patient(Identifiers(number=NUMBER, born_on=born)) == has()
    whole()


def test_other_messages_about_the_same_two_are_answered_with_it() -> None:
    question = in_use()
    take(from_practice("G1", acceptance(number="", kind="2", transaction="15"), sent="202601161435"))
    assert take(from_authority("F4", answer(transaction="15", number=NUMBER))) == ["number_in_use"]
    join_them(question)
    assert not RegistrationEvent.objects.filter(effect="number_in_use", settled_at=None).exists()


def test_two_with_an_nhs_number_each_are_compared_and_never_joined_by_hand() -> None:
    """Whether one number replaced another only the registers know."""
    question = in_use()
    RegisteredPatient.objects.filter(id=without().id).update(nhs_number=OTHER_NUMBER)
    with pytest.raises(Conflict, match="only the registers can say"), transaction.atomic():
        join_them(question)


def test_who_has_an_nhs_number_stays_where_the_number_in_question_is_an_old_one() -> None:
    asked, has_it = (
        RegisteredPatient.objects.create(nhs_number=OTHER_NUMBER, family_name="A"),
        RegisteredPatient.objects.create(old_number="ABC 1", authority="XX1", family_name="A"),
    )
    question = RegistrationEvent.objects.create(
        fingerprint="x", kind="F4", number="9", is_numbered=True, sent_at="2026-01-20T10:00Z", patient=asked,
        patient_number="ABC 1", authority="XX1", effect="number_in_use",
    )  # fmt: skip
    join_them(question)
    has_it.refresh_from_db()
    assert has_it.merged_into == asked
    whole()


@pytest.fixture
def staff(sign_in: Callable[..., Client]) -> Callable[[str], Client]:
    """Signs in somebody of the operator with one role."""
    operator_organisation = OperatorFactory()
    return lambda role: sign_in(MembershipFactory(organisation=operator_organisation, roles=[role]))


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def _address(question: RegistrationEvent) -> str:
    return f"/staff/registrations/joining/{question.reference}/"


def test_the_two_are_side_by_side_and_each_look_is_logged(staff: Callable[[str], Client]) -> None:
    question, first, second = in_use(), staff("data_manager"), staff("approver")
    a_record(place(THERE), patient=has())
    assert "Compare the two" in _text(first, QUESTIONS) and NUMBER not in _text(first, QUESTIONS)
    page = _text(first, _address(question))
    for words in ("The message is about", "Has the number already", "None is known", "registered with two practices"):
        assert words in page
    assert f"({HERE}), the newer of the two registrations" in page
    assert NUMBER not in _address(question)
    looks = AccessEntry.objects.filter(purpose="settle_registration").values_list("patient_reference", flat=True)
    assert {has().reference, without().reference} <= set(looks)
    assert first.post(f"{_address(question)}propose/", {"reason": "The practice knows one"}).status_code == 302
    assert second.post(f"{_address(question)}agree/", {"note": "Compared"}).status_code == 302
    assert "Joined the other" in _text(first, _address(question))


def test_two_people_is_an_answer_there_too(staff: Callable[[str], Client]) -> None:
    question, first = in_use(), staff("data_manager")
    assert "Compare the two side by side" in _text(first, f"{QUESTIONS}{question.reference}/")
    assert first.post(f"{QUESTIONS}{question.reference}/", {"note": "Father and son"}).status_code == 302
    assert question.reference not in _text(first, QUESTIONS)
    assert "Father and son" in _text(first, f"{QUESTIONS}?show=answered")


def test_two_who_cannot_be_joined_are_shown_with_why_and_the_way_on(staff: Callable[[str], Client]) -> None:
    question, first = in_use(), staff("data_manager")
    RegisteredPatient.objects.filter(id=without().id).update(nhs_number=OTHER_NUMBER)
    page = _text(first, _address(question))
    assert "only the registers can say" in page and "ASQUITH" in page
    assert "Propose to join them" not in page and "Close the question with what you found out" in page
    assert first.get(f"{_address(question)}propose/").status_code == 409


def test_a_protected_identity_is_compared_without_being_read(staff: Callable[[str], Client]) -> None:
    question = in_use()
    record = a_record(place(THERE), patient=has())
    PaperRecord.objects.filter(id=record.id).update(is_sealed=True)
    page = _text(staff("data_manager"), _address(question))
    assert "Protected identity" in page
    assert "ASQUITH" not in page and f"{NUMBER[:3]} {NUMBER[3:6]}" not in page


def test_where_a_message_contradicts_who_has_the_two_numbers_are_compared(staff: Callable[[str], Client]) -> None:
    first = staff("data_manager")
    take(joined(OTHER_NUMBER, "A-1"))
    take(joined(THIRD, "A-2"))
    take(replaced(NUMBER, OTHER_NUMBER))
    assert take(replaced(NUMBER, THIRD, "S-2")) == ["number_contradicts"]
    page = _text(first, _address(RegistrationEvent.objects.get(effect="number_contradicts")))
    assert "Has the first number today" in page and "ASQUITH" in page and "Propose to join them" not in page
    assert "Close the question with what you found out" in page


def test_where_a_message_contradicts_and_nobody_else_is_meant_there_is_nothing_to_compare(
    staff: Callable[[str], Client],
) -> None:
    take(joined(OTHER_NUMBER))
    assert take(replaced(NUMBER, OTHER_NUMBER, born="1950-01-01")) == ["number_contradicts"]
    page = _text(staff("data_manager"), _address(RegistrationEvent.objects.get(effect="number_contradicts")))
    assert "nothing to compare" in page and "Close the question with what you found out" in page


def test_a_comparison_costs_the_same_however_much_there_is(staff: Callable[[str], Client]) -> None:
    question, first = in_use(), staff("data_manager")
    a_record(place(THERE), patient=has())
    a_record(place(HERE), patient=without())

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            _text(first, _address(question))
        return len(queries)

    before = cost()
    from portal.records.registrations.tests.test_joining import a_part_at

    for _ in range(3):
        a_part_at(THERE, PaperRecord.objects.get(patient=has()))
    assert cost() == before
