"""The table of effects (FINDINGS section 7), row by row, and the orders in which messages can come."""

from __future__ import annotations

import pytest

from portal.records.registrations.effects import (
    EFFECTS,
    NEEDS_PERSON,
    STORE,
    WAITING,
    Answered,
    Decision,
    Facts,
    OpenMovement,
    decide,
)
from portal.records.registrations.incoming import KINDS, Patient, Registration
from portal.records.registrations.tests.samples import NUMBER

HERE, THERE, ELSEWHERE = "Y90001", "Y90002", "Y90003"
WAITS = OpenMovement(reference="MV-1", origin=THERE, destination=ELSEWHERE)
ON_THE_ROAD = OpenMovement(reference="MV-1", origin=THERE, destination=ELSEWHERE, may_be_ended=False)


def _event(kind: str, **values: object) -> Registration:
    given = {
        "kind": kind,
        "reference": "17",
        "position": "line 2",
        "practice": HERE,
        "patient": Patient(nhs_number=NUMBER),
    }
    return Registration(**{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["1", "2", "4"])
def test_a_first_registration_begins_a_record_and_asks_nobody(kind: str) -> None:
    decision = decide(_event("G1", acceptance_type=kind), Facts())
    assert decision == Decision(effect="envelope_created", destination=HERE)


@pytest.mark.parametrize("kind", ["1", "2", "3", "4"])
def test_a_record_in_the_store_leaves_when_its_patient_registers_again_whatever_the_form_says(kind: str) -> None:
    decision = decide(_event("G1", acceptance_type=kind), Facts(is_known=True, holder=STORE))
    assert decision == Decision(effect="movement_started", origin=STORE, destination=HERE)


def test_a_transfer_in_asks_the_holder_to_send() -> None:
    decision = decide(_event("G1", acceptance_type="3"), Facts(is_known=True, holder=THERE))
    assert decision == Decision(effect="movement_started", origin=THERE, destination=HERE)


def test_a_transfer_in_of_an_unknown_record_is_put_before_somebody() -> None:
    decision = decide(_event("G1", acceptance_type="3"), Facts())
    assert decision.effect in NEEDS_PERSON


def test_a_change_of_practice_counts_as_a_transfer_in() -> None:
    decision = decide(_event("pds-change-of-gp-1"), Facts(is_known=True, holder=THERE))
    assert decision.effect == "movement_started"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(is_known=True, holder=HERE), Decision(effect="already_here")),
        (Facts(is_known=True, movement=WAITS, newer=True), Decision(effect="older_than_known")),
        (Facts(is_known=True, refused=True, holder=THERE), Decision(effect="refused_before")),
        (
            Facts(is_known=True, movement=WAITS),
            Decision(effect="redirected", ends="MV-1", origin=THERE, destination=HERE),
        ),
        (Facts(is_known=True, movement=ON_THE_ROAD), Decision(effect="follows_on_arrival", destination=HERE)),
        (
            Facts(is_known=True, movement=OpenMovement(reference="MV-1", origin=THERE, destination=HERE)),
            Decision(effect="already_moving"),
        ),
        (
            Facts(is_known=True, movement=OpenMovement(reference="MV-1", origin=HERE, destination=THERE)),
            Decision(effect="movement_undone", ends="MV-1"),
        ),
    ],
)
def test_a_transfer_in_of_a_record_that_is_elsewhere_or_moving(facts: Facts, expected: Decision) -> None:
    assert decide(_event("G1", acceptance_type="3"), facts) == expected


@pytest.mark.parametrize("kind", ["F2", "G5"])
@pytest.mark.parametrize(
    ("reason", "facts", "expected"),
    [
        ("1", Facts(is_known=True, holder=HERE), Decision(effect="recalled_death", origin=HERE, destination=STORE)),
        ("2", Facts(is_known=True, holder=HERE), Decision(effect="recalled", origin=HERE, destination=STORE)),
        (
            "2",
            Facts(is_known=True, holder=HERE, registered_at=THERE),
            Decision(effect="movement_started", origin=HERE, destination=THERE),
        ),
        (
            "1",
            Facts(is_known=True, holder=HERE, registered_at=THERE),
            Decision(effect="recalled_death", origin=HERE, destination=STORE),
        ),
        ("2", Facts(is_known=True, movement=WAITS), Decision(effect="already_moving")),
        ("2", Facts(is_known=True, holder=THERE), Decision(effect="not_held")),
        ("2", Facts(is_known=True, holder=HERE, newer=True), Decision(effect="older_than_known")),
        ("2", Facts(is_known=True, holder=HERE, refused=True), Decision(effect="refused_before")),
        ("2", Facts(), Decision(effect="unknown_patient")),
    ],
)
def test_a_deduction(kind: str, reason: str, facts: Facts, expected: Decision) -> None:
    assert decide(_event(kind, reason=reason), facts) == expected


@pytest.mark.parametrize(("kind", "request_kind"), [("F3", "G1"), ("F11", "G5")])
def test_a_rejection_undoes_what_its_request_started(kind: str, request_kind: str) -> None:
    undone = decide(_event(kind), Facts(answered=Answered(kind=request_kind, movement=WAITS, had_moved=True)))
    late = decide(_event(kind), Facts(answered=Answered(kind=request_kind, movement=ON_THE_ROAD, had_moved=True)))
    over = decide(_event(kind), Facts(answered=Answered(kind=request_kind, had_moved=True)))
    nothing = decide(_event(kind), Facts(answered=Answered(kind=request_kind)))
    assert undone == Decision(effect="movement_undone", ends="MV-1")
    assert [late.effect, over.effect, nothing.effect] == ["too_late", "too_late", "undone"]


@pytest.mark.parametrize("kind", ["F3", "F4", "F11"])
def test_an_answer_that_comes_before_its_request_waits(kind: str) -> None:
    assert decide(_event(kind), Facts()).effect in WAITING


def test_an_approval_brings_the_number_or_only_the_word() -> None:
    answered = Answered(kind="G1")
    assert decide(_event("F4"), Facts(answered=answered)).effect == "number_attached"
    assert decide(_event("F4", patient=Patient()), Facts(answered=answered)).effect == "approved"
    assert decide(_event("F4"), Facts(answered=answered, number_is_taken=True)).effect == "number_in_use"


@pytest.mark.parametrize("kind", ["G2", "F1"])
def test_an_amendment_changes_the_label_of_a_record_on_the_road(kind: str) -> None:
    assert decide(_event(kind), Facts(is_known=True, movement=ON_THE_ROAD)).effect == "label_changed"
    assert decide(_event(kind), Facts(is_known=True, holder=HERE)).effect == "details_changed"
    assert decide(_event(kind), Facts(is_known=True, holder=HERE, newer=True)).effect == "older_than_known"


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        ("F9", "warned"),
        ("F10", "warning_removed"),
        ("G3", "noted"),
        ("F8", "nothing_to_do"),
        ("RECEP", "receipt_kept"),
    ],
)
def test_what_only_warns_or_is_kept_moves_nothing(kind: str, effect: str) -> None:
    assert decide(_event(kind), Facts(is_known=True, holder=HERE)) == Decision(effect=effect)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_rule_and_every_effect_a_sentence(kind: str) -> None:
    for facts in (Facts(), Facts(is_known=True, holder=HERE), Facts(is_known=True, movement=WAITS)):
        decision = decide(_event(kind, acceptance_type="3", reason="2"), facts)
        assert decision.effect in EFFECTS
        assert not decision.origin or decision.origin != decision.destination
