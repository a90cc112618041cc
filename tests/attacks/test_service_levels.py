"""Service levels show the whole and areas, and never one site: by filters, by rows, or by subtracting.

Each control has a half here with the control off: the condition on the site in ``raw_rows`` (the other site's rows
come; ``own`` stands behind row security as well), the area of a commissioner's rows (the other area's come), and the
least number of sites (the database refuses the rows; without its constraint too, subtracting gives one site).
"""

from __future__ import annotations

import io
import itertools
import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.levels import counting, reading
from portal.foundation.levels.counting import count_month
from portal.foundation.levels.models import LEAST_SITES, LevelCount
from portal.foundation.levels.months import add_months, month_of
from portal.foundation.levels.reading import LevelFilter, published
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.levels import SUPPLIES
from portal.supplies.models import OrderLine
from portal.supplies.tests.levels_country import sites, some_lines
from portal.supplies.tests.levels_facts import Part, a_line, at

pytestmark = pytest.mark.django_db
AREAS, TYPES, KINDS = ("", "QA1", "QA2", "QA3"), ("", "gp", "dental", "pharmacy"), ("", "plain", "secure")


@pytest.fixture
def month() -> date:
    return add_months(month_of(timezone.localdate()), -1)


def text_of(response: Any) -> str:
    return b"".join(response).decode() if response.streaming else response.content.decode()


def cells_of(response: Any) -> str:
    """Everything that stands in a workbook."""
    book = load_workbook(io.BytesIO(b"".join(response)))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def a_country(month: date, seed: int = 1) -> list[Organisation]:
    """Areas of several sizes; in some cells a single site."""
    everybody = [
        *sites(7, "QA1"), *sites(1, "QA1", "dental"), *sites(5, "QA2"), *sites(1, "QA2", "pharmacy"),
        *sites(4, "QA3"), *sites(6, "QA3", "dental"),
    ]  # fmt: skip
    some_lines(everybody, month, seed=seed)
    return everybody


def figures(month: date) -> dict[tuple[str, str, str], tuple[int, int]]:
    """What the page says for every filter it has."""
    found = {}
    for area, contractor_type, kind in itertools.product(AREAS, TYPES, KINDS):
        kinds = {"supplies": kind} if kind else {}
        wanted = LevelFilter(first=month, last=month, area=area, contractor_type=contractor_type, kinds=kinds)
        figure = published(wanted).get("supplies", {}).get(month, {}).get("on_time")
        found[area, contractor_type, kind] = (figure.counted, figure.met) if figure else (0, 0)
    return found


def pages_differ_by_groups(month: date) -> None:
    """Every filter is a sum of rows, and so is every difference of two; each row is of several sites."""
    rows = list(LevelCount.objects.filter(source="supplies", measure="on_time"))
    assert rows and all(row.sites >= LEAST_SITES for row in rows)
    for (area, contractor_type, kind), (counted, met) in figures(month).items():
        inside = [
            row
            for row in rows
            if area in ("", row.area) and contractor_type in ("", row.contractor_type) and kind in ("", row.kind)
        ]
        assert (sum(row.counted for row in inside), sum(row.met for row in inside)) == (counted, met)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_gets_one_site_by_subtracting(month: date, seed: int) -> None:
    a_country(month, seed)
    count_month(SUPPLIES, month)
    pages_differ_by_groups(month)


def test_with_small_cells_kept_the_database_refuses_them(month: date, monkeypatch: pytest.MonkeyPatch) -> None:
    a_country(month)
    monkeypatch.setattr(counting, "LEAST_SITES", 1)
    with pytest.raises(IntegrityError, match="level_of_several_sites"), transaction.atomic():
        count_month(SUPPLIES, month)


def test_without_the_database_s_word_subtracting_gives_one_site(month: date, monkeypatch: pytest.MonkeyPatch) -> None:
    a_country(month)
    monkeypatch.setattr(counting, "LEAST_SITES", 1)
    with connection.cursor() as cursor:
        cursor.execute("alter table levels_levelcount drop constraint level_of_several_sites")
    count_month(SUPPLIES, month)
    with pytest.raises(AssertionError):
        pages_differ_by_groups(month)
    found = figures(month)
    alone = OrderLine.objects.filter(organisation__commissioner_code="QA1", organisation__contractor_type="dental")
    assert alone.values("organisation").distinct().count() == 1
    assert found["QA1", "", ""][0] - found["QA1", "gp", ""][0] == alone.count() > 0


def _two(month: date, area: str = "QA1") -> tuple[Any, str]:
    """A member of one site, and the order of another."""
    mine = MembershipFactory(roles=["main_contact"])
    other = OrganisationFactory(kind="gp_practice", contractor_type="gp", commissioner_code=area)
    a_line(mine.organisation, month, Part(packs=4, delivered_at=at(month)))
    line = a_line(other, month, Part(packs=4, delivered_at=at(month)))
    return mine, line.order.reference


def _months(month: date) -> str:
    return f"first={month:%Y-%m}&last={month:%Y-%m}"


def test_a_site_reads_its_own_rows_whatever_it_asks_for(sign_in: Any, month: date) -> None:
    mine, theirs = _two(month)
    client = sign_in(mine)
    code = mine.organisation.code
    for asked in ("", "&area=QA1", "&area=", "&organisation=1", "&site_code=X", "&contractor_type=gp"):
        for ending in ("csv", "xlsx"):
            page = client.get(f"/o/{code}/levels/supplies.{ending}?{_months(month)}{asked}")
            assert page.status_code == 200
            assert theirs not in (text_of(page) if ending == "csv" else cells_of(page))
    own_order = OrderLine.objects.get(organisation=mine.organisation).order.reference
    assert own_order in text_of(client.get(f"/o/{code}/levels/supplies.csv?{_months(month)}"))
    assert "(1 of 1)" in text_of(client.get(f"/o/{code}/levels/?{_months(month)}"))


def test_with_the_condition_off_the_other_site_s_rows_would_come(
    sign_in: Any, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = _two(month)
    client = sign_in(mine)
    monkeypatch.setattr(reading, "_of_site", lambda source: "")
    assert theirs in text_of(client.get(f"/o/{mine.organisation.code}/levels/supplies.csv?{_months(month)}"))
    # The page's own figure stands behind the second wall as well.
    assert "(1 of 1)" in text_of(client.get(f"/o/{mine.organisation.code}/levels/?{_months(month)}"))


def test_a_commissioner_reads_the_rows_of_its_area_alone(sign_in: Any, month: date) -> None:
    board = OrganisationFactory(kind="commissioner", contractor_type="", code="QA1")
    other = OrganisationFactory(kind="commissioner", contractor_type="", code="QA2")
    inside = a_line(sites(1, "QA1")[0], month).order.reference
    outside = a_line(sites(1, "QA2")[0], month).order.reference
    client = sign_in(MembershipFactory(organisation=board, roles=["commissioner_approver"]))
    for asked in ("", "&area=QA2", "&area="):
        text = text_of(client.get(f"/commissioner/QA1/levels/supplies.csv?{_months(month)}{asked}"))
        assert inside in text and outside not in text
    assert client.get(f"/commissioner/{other.code}/levels/supplies.csv").status_code == 404


def test_with_the_area_off_a_commissioner_would_read_the_other_area_s_rows(
    sign_in: Any, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The area is the actor's. Taken from what was asked for instead, it opens every area."""
    board = OrganisationFactory(kind="commissioner", contractor_type="", code="QA1")
    outside = [a_line(site, month).order.reference for site in sites(5, "QA2")]
    count_month(SUPPLIES, month)  # an area is a choice of the page when it is published
    client = sign_in(MembershipFactory(organisation=board, roles=["commissioner_approver"]))
    real = reading._parameters
    monkeypatch.setattr(reading, "_parameters", lambda *args: {**real(*args), "area": args[2].area})
    text = text_of(client.get(f"/commissioner/QA1/levels/supplies.csv?{_months(month)}&area=QA2"))
    assert all(reference in text for reference in outside)


def test_the_public_has_no_rows_of_sites(client: Client, month: date) -> None:
    a_line(sites(1, "QA1")[0], month)
    count_month(SUPPLIES, month)
    assert "ORD-LEVEL" not in text_of(client.get(f"/levels/published.csv?{_months(month)}"))
    assert client.get("/levels/supplies.csv").status_code == 404


def test_everybody_sees_the_same_numbers(client: Client, sign_in: Any, month: date) -> None:
    a_country(month)
    count_month(SUPPLIES, month)
    board = OrganisationFactory(kind="commissioner", contractor_type="", code="QA1")
    operator = OrganisationFactory(kind="operator", contractor_type="", code=settings.OPERATOR_CODE)
    asked = f"?{_months(month)}&area=QA1"
    found = [_all_sites(client.get(f"/levels/{asked}"))]
    for membership, address in (
        (MembershipFactory(roles=["read_only"]), "/o/{code}/levels/"),
        (MembershipFactory(organisation=board, roles=["commissioner_approver"]), "/commissioner/{code}/levels/"),
        (MembershipFactory(organisation=operator, roles=["auditor"]), "/staff/levels/"),
    ):
        page = sign_in(membership).get(address.format(code=membership.organisation.code) + asked)
        found.append(_all_sites(page))
    assert all(each == found[0] for each in found) and " of " in found[0][0][0]


_ROW = re.compile(r'<th class="nhsuk-table__header" scope="row">(?!\w+ 20)(.*?)</tr>', re.DOTALL)


def _all_sites(page: Any) -> list[list[str]]:
    """The last two cells of each figure: the area's and all sites'."""
    return [re.findall(r"<td[^>]*>(.*?)</td>", row)[-2:] for row in _ROW.findall(page.content.decode())]
