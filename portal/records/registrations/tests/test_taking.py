"""What events do, in the order they are sent and in any other (J28)."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, transaction

from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput
from portal.organisations.models import OrganisationIdentifier
from portal.records.registrations.following import movement_began
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.services.take_registration import take_registration
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    arrived,
    from_authority,
    from_practice,
    importer,
    left,
    practice,
    practices,
    standing,
    take,
    the_patient,
)
from portal.records.registrations.tests.samples import (
    NUMBER,
    OTHER_NUMBER,
    acceptance,
    answer,
    deduction,
    interchange,
    read,
    receipt,
)

pytestmark = pytest.mark.django_db
BORN = from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent="202601011000")
MOVED = from_practice("G1", acceptance(kind="3", practice=HERE, transaction="17"), sent="202601151435")
MOVED_ON = from_practice("G1", acceptance(kind="3", practice=ELSEWHERE, transaction="18"), sent="202602011000")
LEFT = from_authority("F2", deduction(practice=THERE, reason="2", authority="COV"), sent="202601201000")
DIED = from_authority("F2", deduction(practice=THERE, reason="1"), sent="202601201000")


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def test_a_birth_begins_a_record_at_its_practice_and_asks_nobody() -> None:
    assert take(BORN) == ["envelope_created"]
    patient = the_patient()
    assert (patient.record_at, patient.registered_at) == (practice(THERE), practice(THERE))
    assert (patient.nhs_number, patient.family_name) == (NUMBER, "ASQUITH")
    assert standing() == []


def test_a_transfer_in_asks_the_practice_that_holds_the_record() -> None:
    take(BORN)
    assert take(MOVED) == ["movement_started"]
    assert standing() == [(THERE, HERE)]
    assert the_patient().registered_at == practice(HERE)


def test_a_stored_record_leaves_when_its_patient_registers_again() -> None:
    take(BORN)
    assert take(LEFT) == ["recalled"]
    arrived()
    assert the_patient().record_in_store
    assert take(MOVED_ON) == ["movement_started"]
    assert standing() == [("STORE", ELSEWHERE)]


def test_a_death_sends_the_record_to_the_store() -> None:
    take(BORN)
    assert take(DIED) == ["recalled_death"]
    assert standing() == [(THERE, "STORE")]
    assert the_patient().has_died


@pytest.mark.parametrize("order", list(itertools.permutations([MOVED, LEFT, MOVED_ON])))
def test_in_every_order_the_record_goes_to_the_newest_practice(order: tuple[bytes, ...]) -> None:
    take(BORN)
    for content in order:
        take(content)
        assert take(content) == ["already_imported"]
    assert standing() == [(THERE, ELSEWHERE)]
    assert the_patient().registered_at == practice(ELSEWHERE)


def test_a_deduction_that_comes_after_the_new_acceptance_moves_nothing_twice() -> None:
    take(BORN)
    take(MOVED)
    assert take(LEFT) == ["already_moving"]
    assert WantedMovement.objects.count() == 1


def test_an_old_deduction_does_not_move_the_record_of_somebody_who_came_back() -> None:
    take(BORN)
    take(from_practice("G1", acceptance(kind="3", practice=THERE, transaction="19"), sent="202603011000"))
    assert take(LEFT) == ["older_than_known"]
    assert standing() == []


def test_a_patient_who_comes_back_before_the_record_has_left_keeps_it() -> None:
    take(BORN)
    take(MOVED)
    back = from_practice("G1", acceptance(kind="3", practice=THERE, transaction="20"), sent="202603011000")
    assert take(back) == ["movement_undone"]
    assert standing() == []


def test_a_record_that_has_left_is_not_turned_on_the_road() -> None:
    take(BORN)
    take(MOVED)
    left()
    assert take(MOVED_ON) == ["follows_on_arrival"]
    assert standing() == [(THERE, HERE)]


def test_it_is_sent_on_as_soon_as_it_has_arrived() -> None:
    take(BORN)
    take(MOVED)
    left()
    take(MOVED_ON)
    arrived()
    assert standing() == [(HERE, ELSEWHERE)]
    assert not RegistrationEvent.objects.filter(effect="follows_on_arrival").exists()


def test_a_record_that_reaches_the_store_too_late_leaves_it_at_once() -> None:
    """The patient registered again while it was on the road: the 130,000 that stayed in the store began like this."""
    take(BORN)
    take(LEFT)
    left()
    take(MOVED_ON)
    arrived()
    assert standing() == [("STORE", ELSEWHERE)]


def test_a_movement_that_was_ended_cannot_begin() -> None:
    take(BORN)
    take(MOVED)
    reference = WantedMovement.objects.get().reference
    take(from_authority("F3", answer(practice=HERE)))
    with pytest.raises(Conflict, match="no longer wanted"):
        movement_began(reference, "MV-1")


def test_a_rejected_acceptance_undoes_its_movement() -> None:
    take(BORN)
    take(MOVED)
    assert take(from_authority("F3", answer(practice=HERE))) == ["movement_undone"]
    assert standing() == []
    assert the_patient().registered_at == practice(THERE)
    assert WantedMovement.objects.get().ended_by.kind == "F3"


def test_a_rejected_deduction_request_undoes_the_movement_it_had_started() -> None:
    take(BORN)
    asked = from_practice("G5", deduction(practice=THERE, transaction="21"), sent="202601181000")
    assert take(asked) == ["recalled_death"]
    assert take(from_authority("F11", answer(practice=THERE, transaction="21", number=NUMBER))) == ["movement_undone"]
    assert standing() == []
    assert not the_patient().has_died


def test_a_rejection_leaves_a_movement_that_another_message_started() -> None:
    take(BORN)
    take(LEFT)
    take(from_practice("G5", deduction(practice=THERE, transaction="21"), sent="202601191000"))
    assert take(from_authority("F11", answer(practice=THERE, transaction="21", number=NUMBER))) == ["undone"]
    assert standing() == [(THERE, "STORE")]


def test_a_rejection_of_what_has_left_is_put_before_somebody() -> None:
    take(BORN)
    take(MOVED)
    left()
    assert take(from_authority("F3", answer(practice=HERE))) == ["too_late"]


def test_a_rejection_that_comes_first_stops_the_movement_before_it_starts() -> None:
    take(BORN)
    refusal = from_authority("F3", answer(practice=HERE))
    assert take(refusal) == ["waits_for_request"]
    assert take(MOVED) == ["refused_before"]
    assert standing() == []
    assert RegistrationEvent.objects.get(kind="F3").effect == "undone"
    assert the_patient().registered_at == practice(THERE)


@pytest.mark.parametrize("answer_comes_first", [False, True])
def test_an_approval_brings_the_number_whenever_it_comes(answer_comes_first: bool) -> None:
    unnumbered = from_practice("G1", acceptance(number="", kind="2", transaction="13"))
    approval = from_authority("F4", answer(transaction="13", number=NUMBER))
    for content in [approval, unnumbered] if answer_comes_first else [unnumbered, approval]:
        take(content)
    assert the_patient().nhs_number == NUMBER
    assert RegistrationEvent.objects.get(kind="F4").effect == "number_attached"
    assert RegistrationEvent.objects.get(kind="F4").answers == RegistrationEvent.objects.get(kind="G1")


def test_an_approval_does_not_give_one_patient_the_number_of_another() -> None:
    take(BORN)
    take(from_practice("G1", acceptance(number="", kind="2", transaction="13", family="OTHER")))
    assert take(from_authority("F4", answer(transaction="13", number=NUMBER))) == ["number_in_use"]
    assert RegisteredPatient.objects.filter(nhs_number=NUMBER).count() == 1


def test_an_answer_belongs_to_the_newest_request_when_the_numbers_have_begun_again() -> None:
    take(from_practice("G1", acceptance(number="", kind="2", transaction="13", family="FIRST"), sent="202501011000"))
    take(from_practice("G1", acceptance(number="", kind="2", transaction="13", family="SECOND"), sent="202601151435"))
    take(from_authority("F4", answer(transaction="13", number=NUMBER)))
    assert RegisteredPatient.objects.get(nhs_number=NUMBER).family_name == "SECOND"


def test_the_highest_number_and_the_first_after_it_are_two_events() -> None:
    last = acceptance(kind="1", transaction="9999999", practice=THERE)
    first = acceptance(kind="1", transaction="1", practice=THERE, number=OTHER_NUMBER)
    assert take(from_practice("G1", last, first)) == ["envelope_created", "envelope_created"]


def test_the_same_event_again_changes_nothing_and_says_so() -> None:
    take(BORN)
    take(MOVED)
    events = AuditEvent.objects.count()
    assert take(BORN) == ["already_imported"]
    assert take(MOVED) == ["already_imported"]
    assert (RegistrationEvent.objects.count(), AuditEvent.objects.count()) == (2, events)


def test_receipts_that_come_before_everything_change_nothing_about_it() -> None:
    assert take(interchange(receipt("00000001"), sender="XX11", recipient="TES5")) == ["receipt_kept"]
    assert take(BORN) == ["envelope_created"]
    assert take(MOVED) == ["movement_started"]


def test_a_warning_stands_until_it_is_taken_off_and_moves_nothing() -> None:
    take(BORN)
    take(from_authority("F10", answer(practice=THERE, transaction="61", number=NUMBER), sent="202603011000"))
    assert not the_patient().may_leave
    late = from_authority("F9", answer(practice=THERE, transaction="60", number=NUMBER), sent="202602011000")
    assert take(late) == ["older_than_known"]
    assert not the_patient().may_leave
    take(from_authority("F9", answer(practice=THERE, transaction="62", number=NUMBER), sent="202604011000"))
    assert the_patient().may_leave
    assert standing() == []


def test_an_amendment_changes_the_label_and_an_older_one_does_not_change_it_back() -> None:
    take(BORN)
    take(MOVED)
    renamed = answer(practice=HERE, transaction="70", number=f"{NUMBER}:OPI+++SU:KENNEDY").replace(":OPI'", "'")
    older = answer(practice=HERE, transaction="71", number=f"{NUMBER}:OPI+++SU:SMYTHE").replace(":OPI'", "'")
    assert take(from_authority("F1", renamed, sent="202603011000")) == ["label_changed"]
    assert take(from_authority("F1", older, sent="202602011000")) == ["older_than_known"]
    assert the_patient().family_name == "KENNEDY"


def test_a_number_with_another_date_of_birth_is_somebody_else() -> None:
    take(BORN)
    found, _ = read(MOVED.replace(b"19460723", b"19470723"))
    with pytest.raises(InvalidInput, match="another date of birth"), transaction.atomic():
        take_registration(importer(), found[0])


def test_an_unknown_practice_is_refused_with_what_to_do() -> None:
    found, _ = read(from_practice("G1", acceptance(practice="281")))
    with pytest.raises(InvalidInput, match="--practice 281="), transaction.atomic():
        take_registration(importer(), found[0])


def test_a_local_code_in_the_directory_names_its_practice() -> None:
    OrganisationIdentifier.objects.create(organisation=practice(HERE), kind="practice_code", value="281")
    take(from_practice("G1", acceptance(kind="1", practice="281")))
    assert the_patient().registered_at == practice(HERE)


def test_a_closed_practice_takes_nobody_on_and_still_sends_records() -> None:
    take(BORN)
    closed = practice(THERE)
    closed.status = "closed"
    closed.save()
    found, _ = read(from_practice("G1", acceptance(practice=THERE, transaction="99")))
    with pytest.raises(InvalidInput, match="closed"), transaction.atomic():
        take_registration(importer(), found[0])
    assert take(LEFT) == ["recalled"]


def test_no_audit_event_names_a_patient() -> None:
    take(BORN)
    take(MOVED)
    told = " ".join(str(each.payload) + each.subject_reference for each in AuditEvent.objects.all())
    assert NUMBER not in told and "ASQUITH" not in told


def test_the_database_lets_only_one_movement_of_a_patient_stand() -> None:
    take(BORN)
    take(MOVED)
    first = WantedMovement.objects.get()
    with pytest.raises(IntegrityError, match="wanted_once_at_a_time"), transaction.atomic():
        WantedMovement.objects.create(patient=first.patient, origin=practice(THERE), wanted_by=first.wanted_by)
