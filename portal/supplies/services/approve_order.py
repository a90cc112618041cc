"""Approving an order that a colleague placed (J5)."""

from __future__ import annotations

from django.db.models import Sum
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import ORDER_APPROVED
from portal.supplies.models import Order, OrderLine
from portal.supplies.permissions import APPROVE_ORDER, DECIDE_FOR_SITE
from portal.supplies.promises import promised_date
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.services.decide_order import check_decision, write_decision
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_levels import next_delivery
from portal.supplies.services.lock_order import lock_order
from portal.supplies.services.promise_order import promise_order
from portal.supplies.states import ORDER_LINE


@service(APPROVE_ORDER)
def approve_order(actor: Actor, reference: str) -> Order:
    """Approves an order of the actor's own site. Raises Refused for one's own order, Conflict when it is decided."""
    return _approve(actor, reference)


@service(DECIDE_FOR_SITE)
def approve_for_site(actor: Actor, reference: str) -> Order:
    """Approves an order of a site where nobody else can (the stated way out for one-person sites)."""
    return _approve(actor, reference)


def _approve(actor: Actor, reference: str) -> Order:
    order = lock_order(actor, reference)
    check_decision(actor, order)
    lines = _waiting_lines(order)
    calendar, now = working_calendar(), timezone.now()
    for line in lines:
        in_stock = (line.packs or 0) >= line.outstanding  # type: ignore[attr-defined]
        line.promised_on = promised_date(
            calendar,
            now=now,
            lead_time=line.item.lead_time,
            in_stock=in_stock,
            expected_on=None if in_stock else next_delivery(line.item_id),
        )
        line.save(update_fields=["promised_on"])
        # After its date: with the approval the line's first promise stands (see OrderLine).
        apply(ORDER_LINE, line, "accepted" if in_stock else "back_ordered", actor=actor)
    write_decision(actor, order, reason="")
    derive_state(order)
    promise_order(order)
    record(
        ORDER_APPROVED, actor=actor, subject=order, organisation_id=order.organisation_id, route=order.approval_route
    )
    queue_emails(messages.order_approved(order))
    # Stock that came in while the order waited for its approval passed it by.
    if allocate_waiting(actor, [line.item_id for line in lines if line.state == "back_ordered"]):
        order.refresh_from_db()
    return order


def _waiting_lines(order: Order) -> list[OrderLine]:
    """The lines to decide, each with the ``packs`` that are put aside for it; one query."""
    lines = OrderLine.objects.filter(order=order, state="awaiting_approval").select_related("item")
    return list(lines.annotate(packs=Sum("reservations__quantity")).order_by("position"))
