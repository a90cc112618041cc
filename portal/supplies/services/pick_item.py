"""Confirming what was taken from the shelf, by scanning or typing (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.events import ITEM_PICKED
from portal.supplies.models import ConsignmentLine
from portal.supplies.permissions import PICK
from portal.supplies.services.lock_consignment import lock_consignment


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
    line = (
        ConsignmentLine.objects.select_related("line")
        .filter(consignment=consignment, line__item_code=command.item_code)
        .first()
    )
    if line is None:
        raise InvalidInput({"scan": f"{command.item_code} is NOT on this pick list. Put it back."})
    picked = line.picked + command.quantity
    if picked > line.quantity:
        left = line.quantity - line.picked
        raise InvalidInput({"scan": f"Too many: {left} of {line.line.item_name} left to pick. Put the rest back."})
    if picked < 0:
        raise InvalidInput({"scan": f"Only {line.picked} of {line.line.item_name} were picked."})
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
