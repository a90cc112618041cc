"""The date an order is promised for follows from its lines."""

from __future__ import annotations

from portal.supplies.models import Order, OrderLine


def promise_order(order: Order) -> None:
    """Stores the latest promised date of the order's open lines; none when one of them has none.

    The order must be locked by the caller. Lines that were refused or cancelled promise nothing.
    """
    dates = list(
        OrderLine.objects.filter(order=order)
        .exclude(state__in=["rejected", "cancelled"])
        .values_list("promised_on", flat=True)
    )
    known = [each for each in dates if each is not None]
    order.promised_on = max(known) if known and len(known) == len(dates) else None
    order.save(update_fields=["promised_on"])
