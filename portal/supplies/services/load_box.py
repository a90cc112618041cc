"""Giving boxes to the carrier one by one: what was not scanned does not leave (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.carriers import reference_problem
from portal.supplies.events import BOX_LOADED
from portal.supplies.models import Box, Consignment
from portal.supplies.permissions import HAND_OVER
from portal.supplies.services.lock_consignment import lock_consignment


@dataclass(frozen=True, kw_only=True)
class LoadBox:
    """The command: the bar code of a box, and the carrier's number on it, where there is one."""

    consignment: str
    code: str
    carrier_piece: str = ""


@service(HAND_OVER)
def load_box(actor: Actor, command: LoadBox) -> Box:
    """Marks the box as given out.

    Raises InvalidInput, loudly, for a box of another consignment and for one that was scanned before;
    Conflict when the consignment is not packed, or has gone.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    if consignment.state != "packed":
        raise Conflict(
            f"Consignment {consignment.reference} is {consignment.state_label.lower()}, not waiting to leave."
        )
    if problem := reference_problem(command.carrier_piece.strip()):
        raise InvalidInput({"carrier_piece": problem})
    box = Box.objects.filter(consignment=consignment, code=command.code.strip().upper()).first()
    if box is None:
        raise InvalidInput({"scan": f"{command.code.strip()[:40]} is NOT a box of this consignment. Leave it here."})
    if box.loaded_at is not None:
        raise InvalidInput({"scan": f"Box {box.number} has been scanned already. Scan the others."})
    mark_loaded(actor, box, command.carrier_piece.strip())
    record(
        BOX_LOADED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        box=box.number,
    )
    return box


def check_all_loaded(consignment: Consignment) -> None:
    """Raises Conflict, naming the boxes, while one of several was not scanned. A single box needs no scan."""
    boxes = list(Box.objects.filter(consignment=consignment).order_by("number"))
    waiting = [str(box.number) for box in boxes if box.loaded_at is None]
    if len(boxes) > 1 and waiting:
        raise Conflict(
            f"Not every box was scanned, so the consignment stays here."
            f" Still to scan: {', '.join(waiting)} of {len(boxes)}."
        )


def load_the_only_box(actor: Actor, consignment: Consignment) -> None:
    """The one box of a small order goes out with the hand-over itself."""
    for box in Box.objects.filter(consignment=consignment, loaded_at=None):
        mark_loaded(actor, box, "")


def mark_loaded(actor: Actor, box: Box, carrier_piece: str) -> None:
    """Given out, now; the carrier's number replaces the one from packing when there is one."""
    box.loaded_at, box.loaded_by_name = timezone.now(), actor.name
    box.carrier_piece = carrier_piece or box.carrier_piece
    box.save(update_fields=["loaded_at", "loaded_by_name", "carrier_piece"])
