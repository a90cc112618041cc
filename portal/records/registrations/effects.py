"""What each registration event does to a paper record: the table of FINDINGS section 7 as one pure function.

Messages come late, twice and in any order. So the function is given what is known now, not what came last, and
an answer that came before its request is looked at when the request comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.records.registrations.incoming import Registration

# Every effect, as the page of imports says it. Those in NEEDS_PERSON are shown until somebody has seen to them.
EFFECTS = {
    "movement_started": "The holder is asked to send the record",
    "previous_practice_sought": "Nobody here is known to hold the record: the previous practice must be found",
    "envelope_created": "A new patient: a record begins here, and none is asked for",
    "already_here": "The record is at the practice already",
    "already_moving": "The record is on its way already",
    "destination_followed": "The record has not left yet: the movement that was planned for it goes there now",
    "redirected": "The movement that had not left was ended, and one to the new practice started",
    "follows_on_arrival": "The record is on the road elsewhere: it is sent on when it arrives",
    "number_attached": "The NHS number was added to the patient",
    "approved": "The acceptance is approved",
    "waits_for_request": "It answers a message that has not come yet",
    "recalled": "The practice is asked to send the record to the store",
    "recalled_death": "The patient died: the practice is asked to send the record to the store",
    "not_held": "The practice does not hold the record: nothing moves",
    "unknown_patient": "No record here belongs to that number: nothing moves",
    "movement_undone": "The movement that the refused message had started is ended",
    "undone": "The refused message had moved nothing: nothing to undo",
    "refused_before": "It had been refused before it came: nothing moves",
    "too_late": "The record has left and cannot be stopped: it must come back",
    "number_in_use": "The number belongs to another patient here: the two must be compared",
    "warned": "The patient may have left: a warning stands, nothing moves",
    "warning_removed": "The warning that the patient may have left is taken off",
    "label_changed": "The details for the label of the record on the road are changed",
    "details_changed": "The details for the next label are changed",
    "older_than_known": "Something newer is known already: nothing moves",
    "noted": "Kept. The record stays until the patient is taken off the list",
    "nothing_to_do": "Moves no record",
    "receipt_kept": "The receipt is kept",
    "number_replaced": "The number leads to the one that replaced it from now on",
    "replaced_before": "It was known already that this number was replaced: nothing changed",
    "patients_to_join": "Both numbers belong to patients here: nothing changed, the two must be compared",
    "number_contradicts": "It does not fit what is known of these numbers: nothing changed, it must be checked",
    "already_imported": "Imported before: nothing changed",
}
NEEDS_PERSON = ("previous_practice_sought", "too_late", "number_in_use", "patients_to_join", "number_contradicts")
# Effects that wait for something else to come; they are decided again when it has.
WAITING = ("waits_for_request", "follows_on_arrival")


@dataclass(frozen=True, kw_only=True)
class OpenMovement:
    """A movement of the record that has not ended. ``may_be_ended`` until the courier has it; one that
    ``is_looked_for`` where it was to leave is kept, since the search belongs to it.
    """

    reference: str
    origin: str
    destination: str
    may_be_ended: bool = True
    is_looked_for: bool = False


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The request that an F3, F4 or F11 answers. ``movement`` is the one it started, if that is still open."""

    kind: str
    movement: OpenMovement | None = None
    had_moved: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known when an event is decided. Places are ODS codes, ``STORE``, or '' for nobody known.

    ``registered_at`` is the practice of the newest acceptance that stands. ``newer`` says that an event about the
    same patient that outdates this one has been taken. ``refused`` says that the answer to this request came first
    and refused it. ``number_is_taken`` says that the number of an approval is another patient's.
    ``follows`` says that something of the record is on a movement that was planned, as from a practice that closes, and
    has not left: it goes where the patient goes.
    ``succession`` is the effect that what is known of two numbers leaves to a message that one replaced the other.
    """

    is_known: bool = False
    holder: str = ""
    movement: OpenMovement | None = None
    registered_at: str = ""
    newer: bool = False
    answered: Answered | None = None
    refused: bool = False
    number_is_taken: bool = False
    follows: bool = False
    succession: str = "number_contradicts"  # unless somebody has looked, nothing changes


STORE = "STORE"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The effect, and what is to be done for it: end a movement, start one from ``origin`` to ``destination``; or let
    the one that is ended go on as that one (``goes_on``).
    """

    effect: str
    ends: str = ""
    goes_on: bool = False
    origin: str = ""
    destination: str = ""


def decide(event: Registration, facts: Facts) -> Decision:
    """What an event does, from what it says and what is known. Pure: reads and changes nothing."""
    return _RULES[event.kind](event, facts)


def _accepted(event: Registration, facts: Facts) -> Decision:
    """G1 and a change of practice: the record belongs at the practice now.

    A first registration asks for nothing, unless a record of the patient is known: 130,000 stored records stayed
    where they were because nobody looked (core.md 4.2, step 10).
    """
    if facts.refused:
        return Decision(effect="refused_before")
    if facts.newer:
        return Decision(effect="older_than_known")
    here = event.practice
    if facts.movement is not None:
        return _turn(facts.movement, here, facts.follows)
    if facts.holder == here:
        return Decision(effect="already_here")
    if facts.follows:
        return Decision(effect="destination_followed", origin=facts.holder, destination=here)
    if facts.holder:
        return Decision(effect="movement_started", origin=facts.holder, destination=here)
    if event.acceptance_type in {"1", "2", "4"}:
        return Decision(effect="envelope_created", destination=here)
    return Decision(effect="previous_practice_sought", destination=here)


def _turn(movement: OpenMovement, here: str, follows: bool) -> Decision:
    if movement.destination == here:
        return Decision(effect="already_moving")
    if not movement.may_be_ended:
        return Decision(effect="follows_on_arrival", destination=here)
    if movement.origin == here:
        # The patient came back before the record had left.
        return Decision(effect="movement_undone", ends=movement.reference)
    effect = "destination_followed" if follows or movement.is_looked_for else "redirected"
    return Decision(
        effect=effect,
        ends=movement.reference,
        goes_on=movement.is_looked_for,
        origin=movement.origin,
        destination=here,
    )


def _deducted(event: Registration, facts: Facts) -> Decision:
    """F2, and G5 which asks for it: the practice has no claim to the record any more."""
    if facts.refused:
        return Decision(effect="refused_before")
    if not facts.is_known:
        return Decision(effect="unknown_patient")
    if facts.newer:
        return Decision(effect="older_than_known")
    if facts.movement is not None:
        return Decision(effect="already_moving")
    if facts.holder != event.practice:
        return Decision(effect="not_held")
    if event.reason == "1":
        return Decision(effect="recalled_death", origin=facts.holder, destination=STORE)
    if facts.registered_at not in ("", event.practice):
        return Decision(effect="movement_started", origin=facts.holder, destination=facts.registered_at)
    return Decision(effect="recalled", origin=facts.holder, destination=STORE)


def _rejected(event: Registration, facts: Facts) -> Decision:
    """F3 and F11: what the refused message started is undone, as far as it can be."""
    if facts.answered is None:
        return Decision(effect="waits_for_request")
    movement = facts.answered.movement
    if movement is None:
        return Decision(effect="too_late" if facts.answered.had_moved else "undone")
    if not movement.may_be_ended:
        return Decision(effect="too_late")
    return Decision(effect="movement_undone", ends=movement.reference)


def _approved(event: Registration, facts: Facts) -> Decision:
    if facts.answered is None:
        return Decision(effect="waits_for_request")
    if not event.patient.is_numbered:
        return Decision(effect="approved")
    return Decision(effect="number_in_use" if facts.number_is_taken else "number_attached")


def _amended(event: Registration, facts: Facts) -> Decision:
    if not facts.is_known:
        return Decision(effect="unknown_patient")
    if facts.newer:
        return Decision(effect="older_than_known")
    return Decision(effect="label_changed" if facts.movement is not None else "details_changed")


def _may_have_left(event: Registration, facts: Facts) -> Decision:
    if not facts.is_known:
        return Decision(effect="unknown_patient")
    if facts.newer:
        return Decision(effect="older_than_known")
    return Decision(effect="warned" if event.kind == "F9" else "warning_removed")


def _kept(effect: str) -> Decision:
    return Decision(effect=effect)


_RULES = {
    "G1": _accepted,
    "pds-change-of-gp-1": _accepted,
    "G2": _amended,
    "F1": _amended,
    "G3": lambda event, facts: _kept("noted"),
    "G5": _deducted,
    "F2": _deducted,
    "F3": _rejected,
    "F11": _rejected,
    "F4": _approved,
    "F8": lambda event, facts: _kept("nothing_to_do"),
    "F9": _may_have_left,
    "F10": _may_have_left,
    "SUPERSEDED": lambda event, facts: _kept(facts.succession),
    "RECEP": lambda event, facts: _kept("receipt_kept"),
}
