"""One box of several was taken in: the consignment is delivered with its last box (J25)."""

from __future__ import annotations

from dataclasses import replace

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.supplies.checkpoints import DELIVERED
from portal.supplies.events import BOX_DELIVERED
from portal.supplies.models import Box, Consignment
from portal.supplies.permissions import RECORD_DELIVERY
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.record_delivery import RecordDelivery, check_delivery, check_unconfirmed, deliver
from portal.supplies.states import CONSIGNMENT


@service(RECORD_DELIVERY)
def record_box_delivery(actor: Actor, command: RecordDelivery, number: int) -> Consignment:
    """Records that box ``number`` was taken in, and the whole delivery when it was the last.

    Raises what ``record_delivery`` raises, and Conflict when the box was recorded before.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    CONSIGNMENT.check(actor, consignment.state, "delivered")
    check_unconfirmed(consignment)
    check_delivery(consignment, command)
    box = Box.objects.filter(consignment=consignment, number=number).first()
    if box is None:
        raise NotFound
    if box.delivered_at is not None:
        raise Conflict(f"Box {number} of {consignment.reference} was taken in by {box.received_by} already.")
    for has_a_say in DELIVERED:
        has_a_say(actor, consignment, command.signed)
    box.delivered_at, box.received_by = command.delivered_at, command.received_by.strip()
    box.save(update_fields=["delivered_at", "received_by"])
    record(
        BOX_DELIVERED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        box=number,
        received_by=box.received_by,
    )
    boxes = Box.objects.filter(consignment=consignment)
    if boxes.filter(delivered_at=None).exists():
        return consignment
    # The site counts from the day of the last box.
    last = max(each.delivered_at for each in boxes if each.delivered_at)
    return deliver(actor, order, consignment, replace(command, delivered_at=last))
