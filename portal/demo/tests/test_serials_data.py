"""The sample numbers: those of what lies on the shelves, so that a visitor finds the one shelf that is wrong."""

from __future__ import annotations

import pytest

from portal.demo import load
from portal.foundation.access import system_actor
from portal.serials.books import differences
from portal.serials.models import SerialReceipt, SerialRule
from portal.serials.permissions import VIEW_REGISTER
from portal.supplies.models import StockLevel

pytestmark = pytest.mark.django_db


def test_numbers_and_stock_books_agree_but_for_one_pack() -> None:
    load.load()
    load.load()
    shelves = StockLevel.objects.filter(item__serial_numbered=True, on_hand__gt=0)
    assert SerialReceipt.objects.count() == shelves.count() > 10
    rule = SerialRule.objects.get()
    assert (rule.state, rule.kind) == ("waiting", "none")  # no rule is invented, not even here
    [only] = differences(system_actor("A visitor", VIEW_REGISTER))
    pad = StockLevel.objects.select_related("item").get(item__code="FP10NC", store__code="MAIN")
    assert (only.store_code, only.item_code, only.more) == ("MAIN", "FP10NC", -pad.item.pack_size)
