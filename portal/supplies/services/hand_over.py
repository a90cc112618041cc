"""Handing a consignment to the carrier: now the packs leave the shelf and the books (J25, R4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.outbox.queue import queue_emails
from portal.supplies import messages
from portal.supplies.carriers import reference_problem
from portal.supplies.events import CONSIGNMENT_DISPATCHED
from portal.supplies.leaving import check_may_leave
from portal.supplies.models import Consignment, ConsignmentLine, Reservation, StockMovementKind
from portal.supplies.permissions import HAND_OVER
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.leave_in_date import refuse_out_of_date
from portal.supplies.services.lessen_reservation import lessen_reservation
from portal.supplies.services.load_box import check_all_loaded, load_the_only_box
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.move_stock import move_stock
from portal.supplies.services.settle_lines import settle_lines
from portal.supplies.states import CONSIGNMENT


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """The command: who carries it, and the number they gave it."""

    consignment: str
    carrier: str
    carrier_reference: str = ""


@service(HAND_OVER)
def hand_over(actor: Actor, command: HandOver) -> Consignment:
    """Hands a packed consignment over and returns it.

    Raises InvalidInput for a carrier or reference that cannot be, Conflict when it is not packed
    (somebody handed it over already), something is missing that must go with it, or one of several boxes
    was not scanned.
    """
    _check(command)
    order, consignment = lock_consignment(actor, command.consignment)
    CONSIGNMENT.check(actor, consignment.state, "dispatched")
    check_may_leave(consignment)
    check_all_loaded(consignment)
    lines = list(ConsignmentLine.objects.select_related("line").filter(consignment=consignment))
    _take_from_shelf(actor, consignment, [each for each in lines if each.picked])
    consignment.carrier = command.carrier.strip()
    consignment.carrier_reference = command.carrier_reference.strip()
    consignment.dispatched_at = timezone.now()
    consignment.state = "dispatched"
    consignment.save()
    load_the_only_box(actor, consignment)
    settle_lines(actor, [each.line for each in lines])
    derive_state(order)
    record(
        CONSIGNMENT_DISPATCHED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        carrier=consignment.carrier,
        carrier_reference=consignment.carrier_reference,
    )
    queue_emails(messages.consignment_dispatched(consignment))
    return consignment


def _check(command: HandOver) -> None:
    if not command.carrier.strip():
        raise InvalidInput({"carrier": "Choose who takes it."})
    if problem := reference_problem(command.carrier_reference.strip()):
        raise InvalidInput({"carrier_reference": problem})


def _take_from_shelf(actor: Actor, consignment: Consignment, sent: list[ConsignmentLine]) -> None:
    levels = {level.id: level for level in lock_levels(sorted({each.level.item_id for each in sent}))}
    refuse_out_of_date(sent)
    for each in sent:
        level = levels[each.level_id]
        level.reserved -= each.picked
        level.save(update_fields=["reserved"])
        move_stock(
            actor, level, -each.picked, kind=StockMovementKind.DISPATCH, reference=consignment.reference, sent=each
        )
        lessen_reservation(Reservation.objects.get(line=each.line, level=level), each.picked)
        each.line.dispatched += each.picked
        each.line.save(update_fields=["dispatched"])
