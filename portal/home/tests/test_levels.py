"""The pages of service levels."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.levels.models import CountedMonth, LevelCount
from portal.foundation.levels.months import add_months, month_of
from portal.foundation.levels.reading import Figure
from portal.foundation.levels.source import all_sources
from portal.home.levels.chart import chart
from portal.home.levels.composing import Section, Series
from portal.home.levels.presenter import in_figures, percent

pytestmark = pytest.mark.django_db


def published(months: int, *, areas: tuple[str, ...] = ("QA1",)) -> None:
    """So many months of published counts, the newest the last month."""
    this = month_of(timezone.localdate())
    for place in range(1, months + 1):
        month = add_months(this, -place)
        CountedMonth.objects.create(source="supplies", month=month, counted_at=timezone.now())
        LevelCount.objects.bulk_create(
            LevelCount(
                source="supplies", month=month, area=area, contractor_type="gp", kind=kind, measure=measure,
                counted=20, met=17, sites=9,
            )
            for area in areas
            for kind in ("plain", "clinical")
            for measure in ("on_time", "complete", "correct")
        )  # fmt: skip


def test_anybody_may_read_them_before_anything_is_counted(client: Client) -> None:
    page = client.get("/levels/")
    assert page.status_code == 200
    assert "Nothing has been counted yet" in page.content.decode()


def test_the_page_says_the_figure_its_definition_and_until_when_it_may_change(client: Client) -> None:
    published(3)
    text = client.get("/levels/").content.decode()
    assert "of this moment" not in text
    assert "85% (102 of 120)" in text
    for source in all_sources():
        for measure in source.measures:
            assert measure.label in text and measure.definition.replace("'", "&#39;") in text
    assert "May change until" in text


@pytest.mark.parametrize(
    "asked",
    [
        "first=x",
        "first=2026-13",
        "area=%00",
        "area=nowhere",
        "contractor_type=cat",
        "supplies='",
        "first=2026-11&last=2020-01",
    ],
)
def test_a_filter_nobody_can_understand_is_left_out(client: Client, asked: str) -> None:
    published(1)
    assert client.get(f"/levels/?{asked}").status_code == 200


def test_a_choice_with_too_few_sites_says_so_and_leads_on(client: Client) -> None:
    published(1)
    text = client.get("/levels/?contractor_type=dental").content.decode()
    assert "Too few sites to show" in text and "Show all sites and kinds" in text


def test_the_number_of_queries_does_not_grow(sign_in: Any) -> None:
    member = MembershipFactory(roles=["main_contact"])
    client = sign_in(member)
    address = f"/o/{member.organisation.code}/levels/"
    published(1)
    assert "The figures of your own site are of this moment." in client.get(address).content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    LevelCount.objects.all().delete()
    CountedMonth.objects.all().delete()
    published(12, areas=("QA1", "QA2", "QA3"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert (percent(Figure(counted=1000, met=999)), percent(Figure(counted=1000, met=1))) == ("99%", "1%")
    assert (percent(Figure(counted=10, met=10)), percent(Figure(counted=10, met=0))) == ("100%", "0%")


def test_durations_are_half_and_nearly_all() -> None:
    figure = Figure()
    for days, number in ((3, 50), (9, 45), (30, 5)):
        figure.add(days, number, number)
    source = next(each for each in all_sources() if each.code == "records")
    assert in_figures(figure, source.measure("door_to_door"), "all") == "Half within 3 days, 95% within 9 (100 counted)"


def test_a_month_without_a_figure_is_a_gap_in_the_curve() -> None:
    source = all_sources()[0]
    months = tuple(date(2026, number, 1) for number in range(1, 6))
    counts = {month: {"on_time": Figure(counted=10, met=9)} for month in months if month.month != 3}
    drawn = chart(
        Section(source=source, months=months, series=(Series(name="All sites", mark="all", counts=counts),)),
        source.measure("on_time"),
    )
    assert len(drawn.curves[0].lines) == 2 and len(drawn.curves[0].points) == 4
    assert not drawn.is_empty and drawn.floor == 50


def test_the_guide_says_every_figure() -> None:
    from pathlib import Path

    guide = (Path(__file__).resolve().parents[3] / "docs" / "guides" / "service-levels.md").read_text()
    missing = [measure.label for source in all_sources() for measure in source.measures if measure.label not in guide]
    assert missing == []


def test_the_home_pages_lead_there(client: Client, sign_in: Any) -> None:
    assert 'href="/levels/"' in client.get("/").content.decode()
    member = MembershipFactory(roles=["read_only"])
    home = sign_in(member).get(f"/o/{member.organisation.code}/").content.decode()
    assert f'href="/o/{member.organisation.code}/levels/"' in home


def test_the_published_counts_can_be_downloaded(client: Client) -> None:
    published(1)
    text = b"".join(client.get("/levels/published.csv")).decode()  # type: ignore[call-overload]
    assert text.count("QA1") == 6 and "Counted,Met,Sites" in text
