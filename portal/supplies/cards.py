"""What supplies puts on a contractor's dashboard."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.foundation.web.filters import count
from portal.supplies.needs.selectors import count_due
from portal.supplies.order_selectors import NEEDS_YOU, STATE_GROUPS, OrderCounts, count_orders
from portal.supplies.permissions import PLACE_ORDER, VIEW_ORDERS
from portal.supplies.presenters.needs import card_hint


def contractor_cards(actor: Actor) -> list[Card]:
    """What needs the reader first, then where the site's orders are; three queries at most."""
    return [*_order_cards(actor), *_need_cards(actor)]


def _need_cards(actor: Actor) -> list[Card]:
    """What the site will need soon, by its own orders; nothing where there is nothing."""
    if not actor.can(PLACE_ORDER):
        return []
    number, first = count_due(actor)
    if first is None:
        return []
    address = reverse("supplies:needs", kwargs={"code": actor.organisation_code})
    return [Card(title="What you will need soon", value=str(number), address=address, hint=card_hint(first))]


def _order_cards(actor: Actor) -> list[Card]:
    if not actor.can(VIEW_ORDERS):
        return []
    counts = count_orders(actor)
    orders = reverse("supplies:orders", kwargs={"code": actor.organisation_code})
    return [*_needed(counts, orders), *_facts(counts, orders)]


def _needed(counts: OrderCounts, orders: str) -> list[Card]:
    tasks = [
        f"{count(counts.decide, 'order')} to approve or reject" if counts.decide else "",
        f"{count(counts.confirm, 'delivery', 'deliveries')} to confirm" if counts.confirm else "",
    ]
    hint = ", ".join(task for task in tasks if task)
    return [_card(NEEDS_YOU, counts.decide + counts.confirm, orders, hint, needs_action=True)] if hint else []


def _facts(counts: OrderCounts, orders: str) -> list[Card]:
    cards = [
        _card("open", counts.open, orders, "Placed, and not yet handed to a carrier"),
        _card("moving", counts.moving, orders, "With a carrier now"),
    ]
    if counts.problem:
        cards.append(_card("problem", counts.problem, orders, "We are looking into it"))
    return cards


def _card(group: str, number: int, orders: str, hint: str, *, needs_action: bool = False) -> Card:
    return Card(
        title="Orders that need you" if group == NEEDS_YOU else STATE_GROUPS[group][0],
        value=str(number),
        address=f"{orders}?group={group}",
        hint=hint,
        needs_action=needs_action,
    )
