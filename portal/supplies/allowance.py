"""Limits on what may be ordered: pure rules over numbers that the caller has read under lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q, Sum
from django.utils import timezone

from portal.supplies.models import CatalogueItem, OrderLine


def recently_ordered(organisation_id: int, items: list[CatalogueItem], now: datetime) -> dict[int, int]:
    """Packs of each item that count against its rolling allowance at ``now``; one query, none without need.

    Cancelled packs and rejected lines do not count. An item's window is its ``allowance_days`` times 24
    hours, open at its far end, so that an order falls out of it exactly that long after it was placed.
    """
    windows = Q()
    for item in items:
        if item.allowance_days:
            windows |= Q(item_id=item.id, placed_at__gt=now - timedelta(days=item.allowance_days))
    if not windows:
        return {}
    rows = (
        OrderLine.objects.filter(windows, organisation_id=organisation_id)
        .exclude(state="rejected")
        .values_list("item_id")
        .annotate(packs=Sum(F("quantity") - F("cancelled")))
    )
    return dict(rows)


def limit_problem(item: CatalogueItem, quantity: int, ordered: int, reason: str) -> str:
    """What is wrong with ordering ``quantity`` packs, as a sentence; '' when nothing is.

    ``ordered`` packs already count against the rolling allowance.
    """
    today = timezone.localdate()
    if not item.is_valid_on(today):
        instead = f" Order {item.replaced_by.name} instead." if item.replaced_by else ""
        return f"{item.name} can no longer be ordered.{instead}"
    if quantity < item.minimum_quantity:
        return f"Order at least {item.minimum_quantity} of {item.name}."
    if quantity > item.maximum_quantity:
        return f"Order no more than {item.maximum_quantity} of {item.name} at a time."
    if item.allowance_quantity is not None and ordered + quantity > item.allowance_quantity:
        left = max(item.allowance_quantity - ordered, 0)
        return (
            f"Your site may order {item.allowance_quantity} of {item.name} in {item.allowance_days} days"
            f" and has {left} left. Order {left} or fewer, or contact us."
            if left
            else f"Your site has ordered all {item.allowance_quantity} of {item.name} that it may order"
            f" in {item.allowance_days} days. Remove it, or contact us if you need more."
        )
    if quantity > item.usual_quantity and not reason.strip():
        return f"Say why you need more than {item.usual_quantity} of {item.name}."
    return ""
