"""Sample weeks of orders, so that the forecast of the demonstration has something to look at.

They stand for a year before the first sample order and come from no order; real weeks are added up by a task.
"""

from __future__ import annotations

import random

from django.utils import timezone

from portal.supplies.forecasting.demand import WEEK, week_of
from portal.supplies.models import CatalogueItem, WeeklyDemand

_WEEKS = 60


def load_weeks() -> None:
    """Weeks of every item, busier for every fourth; the same each time. Weeks that are there already stay."""
    chance = random.Random(20261124)  # noqa: S311  sample data
    last = week_of(timezone.localdate()) - WEEK
    rows = []
    for number, item in enumerate(CatalogueItem.objects.order_by("code")):
        usual, growth = max(1, item.maximum_quantity // 4), 1.0 + (number % 5) * 0.004
        if number % 4:
            usual = max(1, usual // 2)
        for back in range(_WEEKS):
            packs = round(usual * growth ** (_WEEKS - back) * chance.uniform(0.6, 1.4))
            rows.append(WeeklyDemand(item=item, week=last - WEEK * back, packs=packs))
    WeeklyDemand.objects.bulk_create(rows, ignore_conflicts=True)
