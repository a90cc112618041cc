"""Many orders at once, for tests of lists: rows as the services would leave them, written in bulk."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from portal.accounts.models import Membership
from portal.supplies.models import CatalogueItem, Order, OrderLine


def write_history(membership: Membership, item: CatalogueItem, *, orders: int, lines: int = 1) -> None:
    """``orders`` received orders of the member, each with ``lines`` lines (the item is used as often as needed)."""
    now, site = timezone.now(), membership.organisation
    items = [item, *CatalogueItem.objects.exclude(pk=item.pk)][:lines]
    made = Order.objects.bulk_create(
        Order(
            reference=f"SO-{uuid.uuid4().hex[:8].upper()}",
            organisation=site,
            submission=uuid.uuid4(),
            state="received",
            placed_at=now - timedelta(minutes=number),
            placed_by_id=membership.user_id,
            placed_by_name=membership.user.name,
            placed_by_email=membership.user.email,
            delivery_name=site.name,
            delivery_lines=[],
            delivery_postcode=site.postcode,
        )
        for number in range(orders)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            organisation=site,
            item=each,
            position=position,
            item_code=each.code,
            item_name=each.name,
            unit=each.unit,
            pack_size=each.pack_size,
            state="received",
            quantity=1,
            dispatched=1,
            delivered=1,
            received=1,
        )
        for order in made
        for position, each in enumerate(items, start=1)
    )
