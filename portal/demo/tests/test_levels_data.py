"""A year of service levels, which the worker leaves alone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.demo import levels_data
from portal.foundation.levels.counting import count_all
from portal.foundation.levels.models import CountedMonth, LevelCount
from portal.foundation.levels.source import all_sources

pytestmark = pytest.mark.django_db


def test_there_is_a_year_of_every_feature_and_counting_does_not_take_it_away() -> None:
    levels_data.load()
    before = LevelCount.objects.count()
    assert CountedMonth.objects.filter(source="supplies").count() == levels_data.MONTHS
    known = {(source.code, each.code) for source in all_sources() for each in source.measures}
    assert set(LevelCount.objects.values_list("source", "measure").distinct()) <= known
    count_all()
    levels_data.load()
    assert LevelCount.objects.filter(month__lt=timezone.localdate().replace(day=1)).count() == before
