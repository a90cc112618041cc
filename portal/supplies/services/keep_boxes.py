"""What lies in which box, while a consignment is packed (J25). Every change holds the consignment's lock."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.supplies.carriers import reference_problem
from portal.supplies.events import BOXES_CHANGED
from portal.supplies.models import Box, BoxLine, Consignment, ConsignmentLine
from portal.supplies.models.box import HEAVIEST
from portal.supplies.permissions import PICK
from portal.supplies.services.fill_boxes import loose_packs, new_box, put_in, put_the_rest, shut, take_out
from portal.supplies.services.lock_consignment import lock_consignment

MOST_BOXES = 99


@dataclass(frozen=True, kw_only=True)
class PutIntoBox:
    """The command: packs of an item into a box; a negative number takes them out. ``batch`` where there are several."""

    consignment: str
    box: int
    item_code: str
    quantity: int = 1
    batch: str = ""


@dataclass(frozen=True, kw_only=True)
class CloseBox:
    """The command: nothing more goes in. ``weight`` in grams and the carrier's number of the piece, where known."""

    consignment: str
    box: int
    weight: int | None = None
    carrier_piece: str = ""


@service(PICK)
def add_box(actor: Actor, reference: str) -> Box:
    """Another empty box. Raises Conflict when the consignment is packed already, InvalidInput for too many."""
    consignment = _lock(actor, reference)
    number = Box.objects.filter(consignment=consignment).count() + 1
    if number > MOST_BOXES:
        raise InvalidInput({None: f"A consignment has at most {MOST_BOXES} boxes."})
    box = new_box(consignment, number)
    _record(actor, consignment, f"added box {number}")
    return box


@service(PICK)
def put_into_box(actor: Actor, command: PutIntoBox) -> Box:
    """Puts packs that were picked into the box, or takes them out of it.

    Raises InvalidInput for an item that was not picked, for more than lies beside the boxes or than the box holds,
    and for a batch that is not named though several were picked; Conflict for a box that is closed.
    """
    consignment = _lock(actor, command.consignment)
    box = _open_box(consignment, command.box)
    part = _part(consignment, command.item_code)
    if command.quantity < 0:
        take_out(box, part, -command.quantity, command.batch.strip())
    else:
        put_in(box, part, command.quantity, command.batch.strip())
    put = "into" if command.quantity > 0 else "out of"
    _record(actor, consignment, f"{abs(command.quantity)} of {command.item_code} {put} box {box.number}")
    return box


@service(PICK)
def put_rest_into_box(actor: Actor, reference: str, number: int) -> Box:
    """Everything that was picked and lies in no box goes into this one."""
    consignment = _lock(actor, reference)
    box = _open_box(consignment, number)
    rest = [(part, packs) for part, packs in loose_packs(consignment) if packs]
    if not rest:
        raise InvalidInput({None: "Everything that was picked lies in a box already."})
    for part, _ in rest:
        put_the_rest(box, part)
    _record(actor, consignment, f"the rest into box {number}")
    return box


@service(PICK)
def close_box(actor: Actor, command: CloseBox) -> Box:
    """Closes a box. Raises Conflict when somebody has closed it already, InvalidInput for an empty one."""
    consignment = _lock(actor, command.consignment)
    box = _open_box(consignment, command.box)
    if not BoxLine.objects.filter(box=box).exists():
        raise InvalidInput({None: f"Box {box.number} is empty. Put something in, or remove it."})
    if command.weight is not None and not 1 <= command.weight <= HEAVIEST:
        raise InvalidInput({"weight": f"Enter a weight up to {HEAVIEST // 1000} kg, or leave it empty."})
    if problem := reference_problem(command.carrier_piece.strip()):
        raise InvalidInput({"carrier_piece": problem})
    box.weight, box.carrier_piece = command.weight, command.carrier_piece.strip()
    shut(actor, box)
    _record(actor, consignment, f"closed box {box.number}")
    return box


@service(PICK)
def open_box(actor: Actor, reference: str, number: int) -> Box:
    """Opens a closed box again while the consignment is packed."""
    consignment = _lock(actor, reference)
    box = _box(consignment, number)
    if box.closed_at is None:
        raise Conflict(f"Box {number} is open already.")
    box.closed_at, box.closed_by_name = None, ""
    box.save(update_fields=["closed_at", "closed_by_name"])
    _record(actor, consignment, f"opened box {number} again")
    return box


@service(PICK)
def remove_box(actor: Actor, reference: str) -> Consignment:
    """Takes the last box away; what is in it lies beside the boxes again. Raises Conflict when it is closed."""
    consignment = _lock(actor, reference)
    box = Box.objects.filter(consignment=consignment).order_by("number").last()
    if box is None:
        raise NotFound
    _open_box(consignment, box.number)
    _record(actor, consignment, f"removed box {box.number}")
    box.delete()
    return consignment


def _lock(actor: Actor, reference: str) -> Consignment:
    _, consignment = lock_consignment(actor, reference)
    if consignment.state != "picking":
        raise Conflict(
            f"Consignment {reference} is {consignment.state_label.lower()}: open it again to change its boxes."
        )
    return consignment


def _box(consignment: Consignment, number: int) -> Box:
    box = Box.objects.filter(consignment=consignment, number=number).first()
    if box is None:
        raise NotFound
    return box


def _open_box(consignment: Consignment, number: int) -> Box:
    box = _box(consignment, number)
    if box.closed_at is not None:
        raise Conflict(f"{box.closed_by_name} has closed box {number}. Open it again to change what is in it.")
    return box


def _part(consignment: Consignment, code: str) -> ConsignmentLine:
    part = (
        ConsignmentLine.objects.select_related("line")
        .filter(consignment=consignment, line__item_code=code, picked__gt=0)
        .first()
    )
    if part is None:
        raise InvalidInput({"scan": f"{code} was NOT picked for this consignment. Put it back."})
    return part


def _record(actor: Actor, consignment: Consignment, what: str) -> None:
    record(
        BOXES_CHANGED,
        actor=actor,
        subject=consignment.order,
        organisation_id=consignment.organisation_id,
        consignment=consignment.reference,
        what=what,
    )
