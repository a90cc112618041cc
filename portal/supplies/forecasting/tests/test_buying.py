"""What must be bought, how much of it and by when: the list and its file (J24)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory
from portal.supplies.forecasting.collect import WEEK, week_of
from portal.supplies.models import CatalogueItem, WeeklyDemand
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
ADDRESS = "/staff/supplies/forecasts/"


def _item(code: str, on_hand: int, weekly: int) -> CatalogueItem:
    """An item of which sites have asked for so many packs in each of the last thirty weeks."""
    item: CatalogueItem = CatalogueItemFactory(code=code)
    StockLevelFactory(item=item, on_hand=on_hand)
    last = week_of(timezone.localdate()) - WEEK
    WeeklyDemand.objects.bulk_create(
        WeeklyDemand(item=item, week=last - WEEK * back, packs=weekly) for back in range(30)
    )
    return item


@pytest.fixture
def keeper(sign_in: SignIn) -> Client:
    _item("NOW-1", on_hand=5, weekly=10)
    _item("PLENTY-1", on_hand=100_000, weekly=10)
    CatalogueItemFactory(code="NEW-1")  # nobody has asked for it yet
    return sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["stock_controller"]))


def _rows(client: Client, query: str = "") -> dict[str, dict[str, str]]:
    response = client.get(f"{ADDRESS}to-buy.csv{query}")
    text = b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
    return {row["Code"]: row for row in csv.DictReader(StringIO(text.lstrip("\ufeff")))}


def test_the_list_leaves_only_what_must_be_bought_by_then(keeper: Client) -> None:
    everything, today = keeper.get(ADDRESS).content.decode(), keeper.get(f"{ADDRESS}?buy=0").content.decode()
    assert all(code in everything for code in ("NOW-1", "PLENTY-1", "NEW-1"))
    assert "NOW-1" in today
    assert "PLENTY-1" not in today and "NEW-1" not in today
    assert "to-buy.csv?buy=0" in today


def test_the_file_says_how_much_and_by_when_and_keeps_the_filter(keeper: Client) -> None:
    rows = _rows(keeper, "?buy=0")
    assert set(rows) == {"NOW-1"}
    assert int(rows["NOW-1"]["Packs to buy"]) > 0
    assert rows["NOW-1"]["Buy by"] and rows["NOW-1"]["State"] == "Order now"
    assert set(_rows(keeper)) == {"NOW-1", "PLENTY-1", "NEW-1"}
    assert _rows(keeper)["NEW-1"]["Packs to buy"] == ""


def test_nonsense_in_the_filter_filters_nothing(keeper: Client) -> None:
    assert set(_rows(keeper, "?buy=tomorrow")) == {"NOW-1", "PLENTY-1", "NEW-1"}
    workbook = keeper.get(f"{ADDRESS}to-buy.xlsx")
    assert b"".join(workbook.streaming_content).startswith(b"PK")  # a workbook is a zip file
