"""What is published of supplies is a recount of the facts, whoever counts and however often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.foundation.levels.counting import count_all, count_month, months_to_count, period, published_sql
from portal.foundation.levels.models import LEAST_SITES, CountedMonth, LevelCount
from portal.foundation.levels.months import add_months, month_of
from portal.foundation.levels.reading import LevelFilter, published
from portal.supplies.levels import SUPPLIES
from portal.supplies.models import Consignment, OrderLine
from portal.supplies.tests.levels_country import sites, some_lines
from portal.supplies.tests.levels_facts import Part, a_line, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def month() -> date:
    """A month that is over and may still change."""
    return add_months(month_of(timezone.localdate()), -1)


def rows() -> set[tuple[object, ...]]:
    columns = ("month", "area", "contractor_type", "kind", "measure", "days", "counted", "met", "sites")
    return set(LevelCount.objects.values_list(*columns))


def on_time(month: date, **narrowed: str) -> tuple[int, int]:
    figure = published(LevelFilter(first=month, last=month, **narrowed))["supplies"][month]["on_time"]
    return figure.counted, figure.met


def test_what_is_kept_is_what_a_recount_finds(month: date) -> None:
    some_lines([*sites(6, "QA1"), *sites(7, "QA2"), *sites(3, "QA3"), *sites(2, "QA2", "dental")], month)
    count_all([SUPPLIES])
    count_all([SUPPLIES])  # twice is once
    found = set()
    with connection.cursor() as cursor:
        for each in months_to_count(SUPPLIES):
            cursor.execute(published_sql(SUPPLIES), {**period(each, each), "source": "supplies"})
            found |= {row[1:] for row in cursor.fetchall()}
    assert rows() == found
    assert sum(counted for counted, _ in [on_time(month)]) == OrderLine.objects.count()


def test_late_news_is_taken_in_while_the_month_may_change(month: date) -> None:
    everybody = sites(5, "QA1")
    for site in everybody:
        a_line(site, month, Part(packs=4, delivered_at=at(month)))
    count_month(SUPPLIES, month)
    assert on_time(month) == (5, 5)
    Consignment.objects.filter(organisation=everybody[0]).update(delivered_at=at(month + timedelta(days=3)))
    count_month(SUPPLIES, month)
    assert on_time(month) == (5, 4)


def test_a_final_month_stays_as_it_is() -> None:
    old = add_months(month_of(timezone.localdate()), -6)
    for site in sites(5, "QA1"):
        a_line(site, old, Part(packs=4, delivered_at=at(old)))
    count_month(SUPPLIES, old)
    assert CountedMonth.objects.get(source="supplies", month=old).is_final
    Consignment.objects.update(delivered_at=at(old + timedelta(days=3)))
    count_month(SUPPLIES, old)
    assert on_time(old) == (5, 5)
    assert old not in months_to_count(SUPPLIES)


def test_a_site_belongs_to_the_area_it_was_in_at_that_time(month: date) -> None:
    everybody = sites(5, "QA1")
    some_lines(everybody, month)
    for site in everybody:
        site.versions.create(
            valid_from=month - timedelta(days=400),
            valid_to=add_months(month, 1),
            last_seen_on=month,
            name=site.name,
            kind=site.kind,
            status="active",
            commissioner_code="QOLD",
        )
    count_month(SUPPLIES, month)
    assert set(LevelCount.objects.exclude(area="").values_list("area", flat=True)) <= {"QOLD"}
    assert on_time(month)[0] == OrderLine.objects.count()


def test_small_groups_are_part_of_all_sites_and_not_shown_by_themselves(month: date) -> None:
    few, many = sites(LEAST_SITES - 1, "QA1"), sites(LEAST_SITES, "QA2")
    others = sites(LEAST_SITES - 1, "QA3")
    for site in [*few, *many, *others]:
        a_line(site, month, Part(packs=4, delivered_at=at(month)))
    count_month(SUPPLIES, month)
    assert on_time(month) == (13, 13)
    assert on_time(month, area="QA2") == (5, 5)
    assert "supplies" not in published(LevelFilter(first=month, last=month, area="QA1"))


def test_what_is_too_small_even_together_is_left_out(month: date) -> None:
    for site in sites(LEAST_SITES - 1, "QA1"):
        a_line(site, month, Part(packs=4, delivered_at=at(month)))
    count_month(SUPPLIES, month)
    assert rows() == set()
