"""Somebody of the operator has seen to a standing order over which the portal broke down (J5)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.supplies.events import STANDING_SETTLED
from portal.supplies.models import StandingDate
from portal.supplies.permissions import SETTLE_FAULTS
from portal.supplies.services.lock_standing_order import lock_standing_order

LONGEST_NOTE = 500


@service(SETTLE_FAULTS)
def settle_fault(actor: Actor, reference: str, due_on: date, note: str) -> StandingDate:
    """Takes one date off the list of faults, with what was done about it. A later fault of it is on the list again.

    The date itself stays as it is: while it is still tried, it is tried again. Raises InvalidInput without a note,
    NotFound when the portal did not break down over it, Conflict when somebody else settled it.
    """
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": f"Say what was done about it, in {LONGEST_NOTE} characters or fewer."})
    standing = lock_standing_order(actor, reference)
    found: StandingDate | None = standing.dates.exclude(fault="").filter(due_on=due_on).first()
    if found is None:
        raise NotFound
    if found.settled_at is not None:
        raise Conflict(f"{found.settled_by_name} settled this fault already.")
    found.settled_at, found.settled_by_name, found.settled_note = timezone.now(), actor.name, note
    found.save(update_fields=["settled_at", "settled_by_name", "settled_note"])
    record(
        STANDING_SETTLED,
        actor=actor,
        subject=standing,
        organisation_id=standing.organisation_id,
        on=due_on.isoformat(),
        note=note,
    )
    return found
