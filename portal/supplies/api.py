"""What other apps may ask of supplies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.supplies.cards import contractor_cards
from portal.supplies.leaving import before_leaving
from portal.supplies.models import BasketLine
from portal.supplies.order_selectors import OrderFilter, list_orders
from portal.supplies.permissions import VIEW_ORDERS
from portal.supplies.staff_cards import staff_cards

__all__ = [
    "LiveOrder",
    "basket_size",
    "before_leaving",
    "contractor_cards",
    "is_own_order",
    "live_orders",
    "staff_cards",
]

_FINISHED = ("received", "rejected", "cancelled")


@dataclass(frozen=True, kw_only=True)
class LiveOrder:
    """An order that is not finished: where it stands and the promised day, when there is one."""

    reference: str
    state: str
    placed_at: datetime
    promised_on: date | None


def live_orders(actor: Actor, most: int = 5) -> list[LiveOrder]:
    """The newest orders of the actor's organisation that are not finished (J20); none without the right to see them."""
    if not actor.can(VIEW_ORDERS):
        return []
    orders = list_orders(actor, OrderFilter()).exclude(state__in=_FINISHED)[:most]
    return [
        LiveOrder(
            reference=each.reference, state=each.state_label, placed_at=each.placed_at, promised_on=each.promised_on
        )
        for each in orders
    ]


def is_own_order(actor: Actor, reference: str) -> bool:
    """Whether the actor may see an order of this reference; another organisation's does not exist (R1)."""
    return actor.can(VIEW_ORDERS) and list_orders(actor, OrderFilter()).filter(reference=reference).exists()


def basket_size(user_id: int, organisation_code: str) -> int:
    """How many items a person has chosen for a site and not ordered yet.

    Asked while a person selects a site, before the connection acts for one: so the row scope is widened
    for this one count of the person's own lines.
    """
    with system_scope():
        return BasketLine.objects.filter(user_id=user_id, organisation__code=organisation_code).count()
