"""Fills the benchmark's database: ``python -m tests.benchmarks.fill SIZE`` prints the visitor's cookie and site."""

from __future__ import annotations

import sys
import uuid
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.accounts.tests.factories import MembershipFactory  # noqa: E402
from portal.accounts.tests.sign_in import sign_in  # noqa: E402
from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.foundation.references import new_reference  # noqa: E402
from portal.foundation.workdays.models import Holiday  # noqa: E402
from portal.organisations.tests.factories import OrganisationFactory  # noqa: E402
from portal.supplies.models import CatalogueItem, Order, OrderLine, StockLevel  # noqa: E402
from portal.supplies.tests.factories import CatalogueItemFactory, StoreFactory  # noqa: E402

ITEMS, ORDERS = 60, 30
SITE = "Z90001"


def fill(size: int) -> None:
    """Makes ``size`` times 60 items and 30 orders of the visitor's site, and as many of others."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "truncate supplies_catalogueitem, accounts_user, organisations_organisation, workdays_holiday cascade"
        )
    set_scope("system")
    Holiday.objects.create(day="2000-01-01", name="A day off")
    membership = MembershipFactory(
        organisation=OrganisationFactory(code=SITE, kind="gp_practice", contractor_type="gp"),
        roles=["supplies_order_clerk"],
    )
    _items(size)
    for site in (membership.organisation, OrganisationFactory(), OrganisationFactory()):
        _orders(site, ORDERS * size)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    client = Client()
    sign_in(client, membership.user)
    for name, cookie in client.cookies.items():
        print(f"cookie {name}={cookie.value}")
    print(f"site={SITE}")
    newest = Order.objects.filter(organisation=membership.organisation).order_by("-id")[0]
    print(f"order=/o/{SITE}/supplies/orders/{newest.reference}/")


def _items(size: int) -> None:
    """Most of the larger catalogue is withdrawn or of another contractor type, as a real one becomes."""
    CatalogueItem.objects.bulk_create(
        CatalogueItemFactory.build(
            code=f"BENCH-{number}",
            contractor_types=["gp"] if number < ITEMS else ["dental"],
            category=f"Category {number % 6}",
        )
        for number in range(ITEMS * size)
    )
    store = StoreFactory()
    StockLevel.objects.bulk_create(
        StockLevel(store=store, item=item, on_hand=1_000_000) for item in CatalogueItem.objects.all()
    )


def _orders(site: object, number: int) -> None:
    items = list(CatalogueItem.objects.filter(contractor_types=["gp"])[:4])
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(
            reference=new_reference("SO"), organisation=site, submission=uuid.uuid4(), state="received",
            placed_at=now - timedelta(hours=position), placed_by_id=1, placed_by_name="Dr Asha Patel",
            placed_by_email="asha@example.org", delivery_name="A site", delivery_lines=["1 Lane"],
            delivery_postcode="ZZ99 1AA",
        )
        for position in range(number, 0, -1)
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, organisation=site, item=item, position=position, item_code=item.code, item_name=item.name,
            unit=item.unit, pack_size=item.pack_size, state="received", quantity=1, dispatched=1, delivered=1,
            received=1, placed_at=order.placed_at,
        )
        for order in orders
        for position, item in enumerate(items, start=1)
    )  # fmt: skip


if __name__ == "__main__":
    fill(int(sys.argv[1]))
