"""What supplies puts on a contractor's dashboard."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.supplies.order_selectors import STATE_GROUPS, OrderCounts, count_orders
from portal.supplies.permissions import APPROVE_ORDER, CONFIRM_RECEIPT, VIEW_ORDERS


def contractor_cards(actor: Actor) -> list[Card]:
    """What needs the reader first, then where the site's orders are; one query."""
    if not actor.can(VIEW_ORDERS):
        return []
    counts = count_orders(actor)
    orders = reverse("supplies:orders", kwargs={"code": actor.organisation_code})
    return [*_needed(actor, counts, orders), *_facts(counts, orders)]


def _needed(actor: Actor, counts: OrderCounts, orders: str) -> list[Card]:
    cards = []
    if actor.can(APPROVE_ORDER) and counts.decide:
        cards.append(_card("decide", counts.decide, orders, "Approve or reject them", needs_action=True))
    if actor.can(CONFIRM_RECEIPT) and counts.arrived:
        cards.append(_card("arrived", counts.arrived, orders, "Confirm what arrived", needs_action=True))
    return cards


def _facts(counts: OrderCounts, orders: str) -> list[Card]:
    cards = [
        _card("open", counts.open, orders, "Placed, and not yet handed to a carrier"),
        _card("moving", counts.moving, orders, "With a carrier now"),
    ]
    if counts.problem:
        cards.append(_card("problem", counts.problem, orders, "We are looking into it"))
    return cards


def _card(group: str, count: int, orders: str, hint: str, *, needs_action: bool = False) -> Card:
    return Card(
        title=STATE_GROUPS[group][0],
        value=str(count),
        address=f"{orders}?group={group}",
        hint=hint,
        needs_action=needs_action,
    )
