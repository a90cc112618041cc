"""What the carrier reports: delivered to whom and when, or why not (J25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.checkpoints import DELIVERED
from portal.supplies.events import CONSIGNMENT_DELIVERED, DELIVERY_FAILED, DELIVERY_TRIED_AGAIN
from portal.supplies.models import Box, Consignment, ConsignmentLine, Order
from portal.supplies.permissions import RECORD_DELIVERY
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.states import CONSIGNMENT, ORDER_LINE, sent_state


@dataclass(frozen=True, kw_only=True)
class RecordDelivery:
    """The command: who took it in, and when; ``signed`` when that person signed the carrier's proof of delivery."""

    consignment: str
    received_by: str
    delivered_at: datetime
    note: str = ""
    signed: bool = False


@service(RECORD_DELIVERY)
def record_delivery(actor: Actor, command: RecordDelivery) -> Consignment:
    """Records a delivery. Raises InvalidInput for a time that cannot be, Conflict when it was recorded before."""
    order, consignment = lock_consignment(actor, command.consignment)
    CONSIGNMENT.check(actor, consignment.state, "delivered")
    check_unconfirmed(consignment)
    check_delivery(consignment, command)
    return deliver(actor, order, consignment, command)


@service(RECORD_DELIVERY)
def record_failed_delivery(actor: Actor, reference: str, reason: str) -> Consignment:
    """The carrier came and could not deliver; the orderer is told why."""
    order, consignment = lock_consignment(actor, reference)
    apply(CONSIGNMENT, consignment, "failed", actor=actor)
    record(
        DELIVERY_FAILED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        carrier=consignment.carrier,
        reason=reason,
    )
    queue_emails(messages.delivery_failed(consignment, reason))
    return consignment


@service(RECORD_DELIVERY)
def try_delivery_again(actor: Actor, reference: str) -> Consignment:
    """The carrier has it on the road again."""
    order, consignment = lock_consignment(actor, reference)
    apply(CONSIGNMENT, consignment, "dispatched", actor=actor)
    record(
        DELIVERY_TRIED_AGAIN,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        carrier=consignment.carrier,
    )
    return consignment


def deliver(actor: Actor, order: Order, consignment: Consignment, command: RecordDelivery) -> Consignment:
    """The last part of a delivery, which somebody has checked: the whole consignment has arrived. It is locked."""
    for has_a_say in DELIVERED:
        has_a_say(actor, consignment, command.signed)
    first_time = consignment.delivered_at is None
    consignment.received_by = command.received_by.strip()
    consignment.delivered_at = command.delivered_at
    consignment.delivery_note = command.note.strip()
    consignment.state = "delivered"
    consignment.save()
    Box.objects.filter(consignment=consignment, delivered_at=None, loaded_at__isnull=False).update(
        delivered_at=command.delivered_at, received_by=consignment.received_by
    )
    if first_time:
        _write_lines(actor, consignment)
    derive_state(order)
    record(
        CONSIGNMENT_DELIVERED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        received_by=consignment.received_by,
    )
    queue_emails(messages.consignment_delivered(consignment))
    return consignment


def check_unconfirmed(consignment: Consignment) -> None:
    """What the site has counted stands above what the carrier says later: a problem with it stays a problem."""
    if consignment.confirmed_at is not None:
        who = consignment.confirmed_by_name
        raise Conflict(
            f"{who} has already counted consignment {consignment.reference} at the site, so it was delivered."
        )


def check_delivery(consignment: Consignment, command: RecordDelivery) -> None:
    """Raises InvalidInput for a name or a time that cannot be."""
    if not command.received_by.strip():
        raise InvalidInput({"received_by": "Enter the name of the person who took it in."})
    if command.delivered_at > timezone.now():
        raise InvalidInput({"delivered_at": "The delivery cannot be in the future."})
    if consignment.dispatched_at and command.delivered_at < consignment.dispatched_at.replace(second=0, microsecond=0):
        raise InvalidInput({"delivered_at": "The delivery cannot be before it left the warehouse."})


def _write_lines(actor: Actor, consignment: Consignment) -> None:
    for each in ConsignmentLine.objects.select_related("line").filter(consignment=consignment, picked__gt=0):
        line = each.line
        line.delivered += each.picked
        line.save(update_fields=["delivered"])
        target = sent_state(dispatched=line.dispatched, delivered=line.delivered, received=line.received)
        if line.state in ("dispatched", "discrepancy") and target == "delivered":
            apply(ORDER_LINE, line, "delivered", actor=actor)
