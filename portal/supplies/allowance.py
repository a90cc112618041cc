"""Limits on what may be ordered: pure rules over numbers that the caller has read under lock."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.web.filters import day
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import ORDER_SECURE_ITEMS

# An item's window is its days times 24 hours, open at its far end: an order falls out of it exactly that
# long after it was placed. Cancelled packs and rejected lines do not count. What is sent instead of something else
# counts as what was ordered.
_RECENTLY = """
select line.item_id, sum(line.quantity - line.cancelled + line.substituted)::int
from supplies_orderline line join supplies_catalogueitem item on item.id = line.item_id
where line.organisation_id = %s and line.item_id = any(%s) and line.state <> 'rejected'
  and line.substitute_for_id is null
  and line.placed_at > %s - item.allowance_days * interval '24 hours'
group by line.item_id
"""


def recently_ordered(organisation_id: int, items: list[CatalogueItem], now: datetime) -> dict[int, int]:
    """Packs of each item that count against its rolling allowance at ``now``; one query, none without need."""
    limited = [item.id for item in items if item.allowance_days]
    if not limited:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RECENTLY, [organisation_id, limited, now])
        return dict(cursor.fetchall())


def obstacle(actor: Actor, item: CatalogueItem) -> str:
    """Why the actor cannot order the item at all today, as a sentence; '' when nothing is in the way."""
    today = timezone.localdate()
    if actor.contractor_type not in item.contractor_types:
        return f"{item.name} is not for your type of site. Remove it."
    if item.valid_from > today:
        return f"{item.name} can be ordered from {day(item.valid_from)}. Remove it until then."
    if not item.is_valid_on(today):
        instead = f" Order {item.replaced_by.name} instead." if item.replaced_by else " Remove it."
        return f"{item.name} can no longer be ordered.{instead}"
    if item.is_secure and not actor.can(ORDER_SECURE_ITEMS):
        return f"You need the Secure Stationery Orderer role for {item.name}. Ask your Main Contact, or remove it."
    return ""


def limit_problem(item: CatalogueItem, quantity: int, ordered: int) -> str:
    """What is wrong with ordering ``quantity`` packs, as a sentence; '' when nothing is.

    ``ordered`` packs already count against the rolling allowance.
    """
    if quantity < item.minimum_quantity:
        return f"Order at least {item.minimum_quantity} of {item.name}."
    if quantity > item.maximum_quantity:
        return f"Order no more than {item.maximum_quantity} of {item.name} at a time."
    left = allowance_left(item, ordered)
    if left is None or quantity <= left:
        return ""
    if left < item.minimum_quantity:
        return (
            f"Your site has ordered all {item.allowance_quantity} of {item.name} that it may order"
            f" in {item.allowance_days} days. Remove it, or contact us if you need more."
        )
    return (
        f"Your site may order {item.allowance_quantity} of {item.name} in {item.allowance_days} days"
        f" and has {left} left. Order {left} or fewer, or contact us."
    )


def allowance_left(item: CatalogueItem, ordered: int) -> int | None:
    """Packs that the rolling allowance still lets a site order; None without an allowance."""
    return None if item.allowance_quantity is None else max(item.allowance_quantity - ordered, 0)


def reason_problem(item: CatalogueItem, quantity: int, reason: str) -> str:
    """A sentence where a reason is needed and not given (J5: above the usual quantity); '' otherwise."""
    if quantity > item.usual_quantity and not reason.strip():
        return f"Say why you need more than {item.usual_quantity} of {item.name}."
    return ""
