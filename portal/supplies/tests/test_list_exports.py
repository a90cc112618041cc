"""What a site keeps for itself can be taken away as a file: favourite lists, standing orders, their dates."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import FavouriteLine, FavouriteList, StandingDate
from portal.supplies.tests.factories import CatalogueItemFactory, contractor_actor, set_up_standing

pytestmark = pytest.mark.django_db


def _text(page: Any, address: str) -> str:
    return b"".join(page.get(address).streaming_content).decode()


def test_the_files_hold_the_sites_own_rows_and_no_others(sign_in: Any) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    stranger = MembershipFactory(roles=["supplies_order_clerk"])
    item, others = CatalogueItemFactory(name="Needles, green"), CatalogueItemFactory(name="Not theirs")
    for where, name, kept in ((clerk.organisation, "Monthly", item), (OrganisationFactory(), "Elsewhere", others)):
        made = FavouriteList.objects.create(
            reference=f"FL-{name}", organisation=where, name=name, created_by_name="Dr Who"
        )
        FavouriteLine.objects.create(favourite=made, item=kept, quantity=4)
    own = set_up_standing(contractor_actor(clerk), (item, 2))
    foreign = set_up_standing(contractor_actor(stranger), (others, 2))
    for standing in (own, foreign):
        StandingDate.objects.create(
            standing=standing, due_on=timezone.localdate(), outcome="failed", reason="None left",
            tried_on=timezone.localdate(),
        )  # fmt: skip
    page = sign_in(clerk)
    base = f"/o/{clerk.organisation.code}/supplies/"
    texts = {
        name: _text(page, base + name)
        for name in ("favourites/export.csv", "standing/export.csv", "standing/dates.csv")
    }
    assert "Monthly" in texts["favourites/export.csv"]
    assert '"Needles, green",4' in texts["favourites/export.csv"]
    assert own.reference in texts["standing/export.csv"]
    assert "None left" in texts["standing/dates.csv"]
    for text in texts.values():
        assert foreign.reference not in text
        assert "Elsewhere" not in text
        assert "Not theirs" not in text
