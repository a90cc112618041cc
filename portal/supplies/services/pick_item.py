"""Confirming what was taken from the shelf, by scanning or typing (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.events import ITEM_PICKED
from portal.supplies.models import BoxLine, Consignment, ConsignmentLine
from portal.supplies.permissions import PICK
from portal.supplies.services.keep_batches import held_packs
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.start_picking import hold_in_date


@dataclass(frozen=True, kw_only=True)
class PickItem:
    """The command: ``quantity`` packs of an item; a negative number puts them back."""

    consignment: str
    item_code: str
    quantity: int = 1


@service(PICK)
def pick_item(actor: Actor, command: PickItem) -> ConsignmentLine:
    """Adds packs to what was picked and returns the line.

    Raises InvalidInput, loudly, for an item that is not on the list or for more than is wanted:
    this is where a wrong parcel is stopped. Raises Conflict when the consignment is packed already.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    if consignment.state != "picking":
        raise Conflict(f"Consignment {consignment.reference} is {consignment.state_label.lower()}, not being picked.")
    line = _on_the_list(consignment, command.item_code)
    if line is None:
        raise InvalidInput({"scan": f"{command.item_code} is NOT on this pick list. Put it back."})
    picked = line.picked + command.quantity
    if picked > line.quantity:
        left = line.quantity - line.picked
        raise InvalidInput({"scan": f"Too many: {left} of {line.line.item_name} left to pick. Put the rest back."})
    if picked < 0:
        raise InvalidInput({"scan": f"Only {line.picked} of {line.line.item_name} were picked."})
    if command.quantity < 0:
        _refuse_boxed(line, picked)
    if command.quantity > 0 and line.level.item.kept_in_batches:
        _refuse_out_of_date(consignment, line, picked)
    line.picked = picked
    line.save(update_fields=["picked"])
    record(
        ITEM_PICKED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=command.item_code,
        quantity=command.quantity,
    )
    return line


def _on_the_list(consignment: Consignment, code: str) -> ConsignmentLine | None:
    lines = ConsignmentLine.objects.select_related("line", "level__item")
    return lines.filter(consignment=consignment, line__item_code=code).first()


def _refuse_boxed(line: ConsignmentLine, picked: int) -> None:
    """A pack that lies in a box is taken out of it first: else the box would hold what nobody picked."""
    boxed = BoxLine.objects.filter(part=line).aggregate(packs=Sum("quantity"))["packs"] or 0
    if picked < boxed:
        raise InvalidInput({"scan": f"{boxed} of {line.line.item_name} lie in a box. Take them out of it first."})


def _refuse_out_of_date(consignment: Consignment, line: ConsignmentLine, picked: int) -> None:
    """A pack that goes out of date between the pick list and the scan stays here."""
    hold_in_date(consignment)
    in_date = held_packs([line]).get(line.id, 0)
    if picked > in_date:
        raise InvalidInput(
            {"scan": f"Only {in_date} of {line.line.item_name} are in date. Put the rest back: they must not be sent."}
        )
