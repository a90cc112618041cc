"""Unusual orders of secure stationery wait until a second person of the operator has looked (J5, trust 2.5)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.queue import queue_emails
from portal.serials.events import ORDER_LET_GO, ORDER_NOT_LET_GO, ORDER_WAITS
from portal.serials.models import SecureRelease
from portal.serials.permissions import RELEASE_ORDERS
from portal.serials.prescribers import counted_prescribers
from portal.serials.states import SECURE_RELEASE
from portal.serials.unusual import reasons_to_wait, unusual_rules
from portal.supplies import messages
from portal.supplies.models import ApprovalRoute, Order, OrderLine
from portal.supplies.permissions import CANCEL_ORDER
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.lock_order import lock_order
from portal.supplies.states import CANCELLABLE


def keep_unusual_waiting(actor: Actor, order: Order, lines: list[OrderLine]) -> None:
    """Writes down why an order waits, in the transaction that places it. Nothing for a usual order."""
    if not any(line.item.is_secure for line in lines):
        return
    prescribers = counted_prescribers(
        order.organisation_id, order.placed_at - timedelta(days=unusual_rules().change_days)
    )
    reasons = reasons_to_wait(order, lines, prescribers=prescribers, now=order.placed_at)
    if not reasons:
        return
    SecureRelease.objects.create(
        order=order, organisation_id=order.organisation_id, reasons=reasons, placed_by_id=order.placed_by_id
    )
    record(ORDER_WAITS, actor=actor, subject=order, organisation_id=order.organisation_id, reason=" ".join(reasons))


@service(RELEASE_ORDERS)
def release_unusual_order(actor: Actor, reference: str, note: str) -> Order:
    """Lets a waiting order go on. Raises Refused for whoever ordered or approved it, Conflict when it was cancelled
    or decided before, InvalidInput without a note, NotFound when it does not wait."""
    order, release = _lock(actor, reference, note)
    lines = OrderLine.objects.filter(order=order)
    if not lines.filter(state__in=[*CANCELLABLE, "picking"]).exists():
        raise Conflict(f"Order {order.reference} cannot be released: it is {order.state_label.lower()}.")
    _decide(actor, release, "released", note)
    record(ORDER_LET_GO, actor=actor, subject=order, organisation_id=order.organisation_id, note=note.strip())
    queue_emails(messages.order_released(order))
    return order


@service(RELEASE_ORDERS)
def refuse_unusual_order(actor: Actor, reference: str, note: str) -> Order:
    """Does not let it go on: the order is cancelled, and the orderer is told why. Raises as above."""
    order, release = _lock(actor, reference, note)
    _decide(actor, release, "refused", note)
    cancelling = actor.also(CANCEL_ORDER)
    cancel_order(cancelling, order.reference, note.strip())
    record(ORDER_NOT_LET_GO, actor=actor, subject=order, organisation_id=order.organisation_id, note=note.strip())
    return order


def check_second_person(actor: Actor, order: Order) -> None:
    """Raises Refused for somebody who ordered it, or approved it at the site (I11)."""
    at_the_site = [order.placed_by_id] + ([order.decided_by_id] if order.approval_route == ApprovalRoute.SITE else [])
    if actor.user_id in at_the_site:
        raise Refused("You cannot release this order because you ordered or approved it. A second person decides.")


def _lock(actor: Actor, reference: str, note: str) -> tuple[Order, SecureRelease]:
    """The order first, as every change of it does: so a release and a cancellation never cross."""
    if not note.strip():
        raise InvalidInput({"note": "Say what you checked."})
    order = lock_order(actor, reference)
    release = SecureRelease.objects.select_for_update().filter(order=order).first()
    if release is None:
        raise NotFound
    check_second_person(actor, order)
    return order, release


def _decide(actor: Actor, release: SecureRelease, target: str, note: str) -> None:
    release.decided_at, release.decided_by_id = timezone.now(), actor.user_id
    release.decided_by_name, release.note = actor.name, note.strip()
    SECURE_RELEASE.check(actor, release.state, target)
    release.state = target
    release.save()
