"""The pictures of the README are made here, so that they show the portal as it is.

``PORTAL_PICTURES=1 bin/test tests/journeys/test_readme_pictures.py`` writes them anew; otherwise the test only
walks the same way, and checks that the pictures are there.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import CatalogueItem, StockLevel
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import StockLevelFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER
from portal.supplies.tests.warehouse import dispatched
from tests.journeys.conftest import Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"


def _keep(visitor: Visitor, name: str, *, height: int) -> None:
    file = PICTURES / f"{name}.png"
    if os.environ.get("PORTAL_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=file, clip={"x": 0, "y": 0, "width": 1100, "height": height}, full_page=True)
    assert file.exists(), f"{file} is missing: run this test with PORTAL_PICTURES=1"


def _on_the_shelf(item: CatalogueItem, packs: int) -> StockLevel:
    """Packs that came in by a receipt; clinical ones in a batch."""
    level = StockLevelFactory(item=item, on_hand=0)
    batch = {"batch": "LOT 1", "expires_on": timezone.localdate() + timedelta(days=700)}
    command = ReceiveStock(
        store=level.store.code, item=item.code, quantity=packs, note="DN 1", purchase="PO 1",
        **(batch if item.item_class == "clinical" else {}),
    )  # fmt: skip
    return receive_stock(KEEPER, command)


def test_the_pictures_show_the_catalogue_and_an_order_on_its_way(visit: Visit) -> None:
    call_command("load_catalogue", verbosity=0)
    site = OrganisationFactory(
        name="Elm Tree Surgery", code="Z99001", address_lines=["12 Orchard Lane", "Thornbury Vale"], postcode="ZZ99 1AA"
    )
    member = MembershipFactory(organisation=site, user=UserFactory(surname="Patel"), roles=["supplies_order_clerk"])
    gp = CatalogueItem.objects.filter(contractor_types__contains=["gp"], item_class__in=["clinical", "plain"])
    levels = [_on_the_shelf(item, 200 if position else 1) for position, item in enumerate(gp)]
    order = place(contractor_actor(member), (levels[0].item, 2), (levels[1].item, 1), (levels[2].item, 3))
    dispatched(order)

    clerk = visit(member, width=1100)
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.sees("Still to be sent")
    _keep(clerk, "order", height=1150)
    clerk.go(f"/o/{clerk.code}/supplies/?q=needle")
    clerk.sees("Add to basket")
    _keep(clerk, "catalogue", height=1000)
