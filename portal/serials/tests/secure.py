"""Sites that order secure stationery, for tests: new ones, and such as have ordered for weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.supplies.models import Order, OrderLine, StockLevel
from portal.supplies.tests.factories import SecureItemFactory, StockLevelFactory, contractor_actor, place


class SecureSite:
    """A site, its orderer, and an item of which there is plenty."""

    def __init__(self, **item: Any) -> None:
        self.member = MembershipFactory(roles=["main_contact"])
        self.organisation = self.member.organisation
        self.actor = contractor_actor(self.member, second_factor_at=timezone.now())
        details = {"maximum_quantity": 500, "usual_quantity": 500, "pack_size": 10, **item}
        self.item = SecureItemFactory(**details)
        self.level: StockLevel = StockLevelFactory(item=self.item, on_hand=5000)

    def order(self, packs: int) -> Order:
        """So many packs, ordered now."""
        return place(self.actor, (self.item, packs))


def known_site(a_week: int, *, numbered: bool = True, **item: Any) -> SecureSite:
    """A site that has been sent so many packs a week for the thirteen weeks before the last four."""
    site = SecureSite(serial_numbered=numbered, **item)
    now = timezone.now()
    for week in range(13):
        order = site.order(a_week)
        at = now - timedelta(days=29, weeks=week)
        Order.objects.filter(pk=order.pk).update(placed_at=at)
        OrderLine.objects.filter(order=order).update(placed_at=at, dispatched=a_week)
        order.secure_release.delete() if hasattr(order, "secure_release") else None
    return site
