"""Pages of a list: one query, no count, links that keep the filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from portal.foundation.web.pages import page_of
from portal.foundation.workdays.models import Holiday

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thirty_days() -> None:
    Holiday.objects.all().delete()
    Holiday.objects.bulk_create(Holiday(day=f"2030-01-{day:02}", name="x") for day in range(1, 31))


@pytest.mark.parametrize(
    ("query", "first", "number", "has_previous", "has_next"),
    [
        ("", 1, 1, False, True),
        ("page=2", 11, 2, True, True),
        ("page=3", 21, 3, True, False),
        ("page=-1", 1, 1, False, True),
        ("page=x", 1, 1, False, True),
        ("page=²", 1, 1, False, True),
    ],
)
def test_a_page_knows_its_neighbours(
    query: str, first: int, number: int, has_previous: bool, has_next: bool, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        page = page_of(Holiday.objects.order_by("day"), QueryDict(query), size=10)
    assert page.rows[0].day.day == first
    assert (page.number, bool(page.previous_link), bool(page.next_link)) == (number, has_previous, has_next)


def test_links_keep_the_filter_and_drop_the_notice() -> None:
    page = page_of(Holiday.objects.order_by("day"), QueryDict("q=a%26b&state=open&state=late&done=x"), size=10)
    assert page.next_link == "?q=a%26b&state=open&state=late&page=2"


def test_a_page_far_beyond_the_end_is_empty_and_says_so() -> None:
    page = page_of(Holiday.objects.order_by("day"), QueryDict("page=99999"), size=10)
    assert (list(page.rows), page.next_link) == ([], "")
