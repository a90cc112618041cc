"""Where is a record? Every look is kept, with its purpose (J8, R2)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.access_log import looked
from portal.foundation.errors import InvalidInput
from portal.records.events import LOOKED_UP
from portal.records.finding import Identifiers, find_patient, records_of_person, was_replaced
from portal.records.models import Movement, RecordPart
from portal.records.permissions import VIEW_RECORDS

PURPOSES = {
    "care": "The patient's care",
    "new_patient": "A patient who has registered with us",
    "left": "A patient who has left us",
    "access_request": "Somebody asks to see their record",
    "arrived": "A record that came unexpectedly",
}


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What a practice may know: its own parts, and movements from or to it. Nothing of both: not traceable by it.

    ``is_replaced`` says that the number it asked for is not the patient's any more.
    """

    parts: tuple[RecordPart, ...] = ()
    movements: tuple[Movement, ...] = ()
    is_replaced: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.parts or self.movements)


@service(VIEW_RECORDS)
def look_up(actor: Actor, given: Identifiers, purpose: str) -> Whereabouts:
    """What the actor's practice may know of a record; the same for one that is not there and one that is not theirs.

    Raises InvalidInput for a purpose that is not in the table and a number that no patient has.
    """
    if purpose not in PURPOSES:
        raise InvalidInput({"purpose": "Choose why you look for it."})
    with system_scope():  # whether the patient is known elsewhere must not show in what is read, nor in the answer
        patient, is_replaced = find_patient(given), was_replaced(given.number)
        records = list(records_of_person(patient)) if patient else []
    parts = RecordPart.objects.visible_to(actor).filter(record__in=records).select_related("holder")  # type: ignore[attr-defined]
    movements = Movement.objects.visible_to(actor).filter(record__in=records)  # type: ignore[attr-defined]
    found = Whereabouts(
        parts=tuple(parts.order_by("number")) if records else (),
        movements=tuple(movements.select_related("origin", "destination").order_by("-id")[:5]) if records else (),
        is_replaced=is_replaced,
    )
    subject = ("patient", patient.reference if patient else "nobody")
    # Also when there is nothing to say: who looks for patients of others must show, and all looks take as long.
    looked(actor, [subject[1]], purpose=purpose, page="records:look_up")
    record(LOOKED_UP, actor=actor, subject=subject, purpose=PURPOSES[purpose], found=found.is_known)
    return found
