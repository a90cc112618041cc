"""The directory's staff pages: what they show, whom, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.organisations.models import OrganisationIdentifier
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory
from portal.organisations.tests.rows import branch, bring_in, organisation, pharmacy, practice

pytestmark = pytest.mark.django_db
LIST, IMPORTS = "/staff/organisations/", "/staff/imports/"


@pytest.fixture
def reader(sign_in: Callable[..., Client]) -> Client:
    """A support agent's client."""
    return sign_in(organisation=OperatorFactory(), roles=["support_agent"])


def _text(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("typed", ["ZZ90001", "zz90001", "OAK TREE", "tree oak", "ZY9 8XX", "zy98xx", "ZZ9000"])
def test_a_search_finds_it_by_code_name_or_postcode(typed: str, reader: Client) -> None:
    OrganisationFactory(code="ZZ90001", name="THE OAK TREE SURGERY", postcode="ZY9 8XX")
    OrganisationFactory(code="ZZ80002", name="THE ELM SURGERY")

    page = _text(reader, LIST, q=typed)

    assert "OAK TREE SURGERY" in page
    assert "ELM SURGERY" not in page


def test_the_exact_code_comes_first(reader: Client) -> None:
    OrganisationFactory(code="ZZ7", name="ZEBRA")
    OrganisationFactory(code="ZZ7001", name="ANTELOPE")

    page = _text(reader, LIST, q="zz7")

    assert page.index("ZEBRA") < page.index("ANTELOPE")


def test_filters_narrow_the_list(reader: Client) -> None:
    OrganisationFactory(name="OPEN CHEMIST", kind="pharmacy")
    OrganisationFactory(name="SHUT CHEMIST", kind="pharmacy", status="closed")
    OrganisationFactory(name="OPEN SURGERY")

    page = _text(reader, LIST, kind="pharmacy", status="active")

    assert "OPEN CHEMIST" in page
    assert "SHUT CHEMIST" not in page
    assert "OPEN SURGERY" not in page


@pytest.mark.parametrize(
    "typed", ["\x00", "%", "_", "' or 1=1 --", "\\", "<script>alert(1)</script>", "é" * 3000, "🤷", "(" * 50]
)
def test_odd_searches_find_nothing_and_harm_nothing(typed: str, reader: Client) -> None:
    page = _text(reader, LIST, q=typed, kind=typed, status=typed, page=typed)

    assert "<script>alert" not in page


def test_a_list_of_any_length_costs_the_same(reader: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _text(reader, LIST, q="surgery")
        return len(queries)

    OrganisationFactory.create_batch(3)
    few = cost()
    OrganisationFactory.create_batch(60)

    assert cost() == few


def test_a_list_goes_on_overleaf(reader: Client) -> None:
    for number in range(30):
        OrganisationFactory(name=f"SURGERY {number:02}")

    assert "SURGERY 29" not in _text(reader, LIST, q="surgery")
    assert "SURGERY 29" in _text(reader, LIST, q="surgery", page="2")


def test_the_page_of_one_organisation_shows_everything(reader: Client, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001", name="OLD NAME", opened="19740401", status="C", closed="20190101")])
    bring_in(tmp_path, [branch("X99001001", name="BRANCH SITE")])
    bring_in(
        tmp_path,
        [practice("X99001", name="NEW NAME", opened="19740401", telephone="01632 960001")],
        released="2021-01-01",
    )
    bring_in(tmp_path, [["X99001", "9ZQ", "W", "20130401", "", "0"]])
    OrganisationIdentifier.objects.create(organisation=organisation("X99001"), kind="contract_number", value="123456")

    page = _text(reader, LIST + "X99001/")

    for shown in (
        "NEW NAME", "01632 960001", "BRANCH SITE", "9ZA", "Name: OLD NAME", "Status: Closed", "1 January 2021",
        "the default 1 April 1974", "9ZQ", "123456", "Active", "GP practice",
    ):  # fmt: skip
        assert shown in page, shown


def test_a_page_says_first_what_is_wrong(reader: Client, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001", status="C")])
    bring_in(tmp_path, [branch("X99001001", postcode="ZZ1 1 ZZ")])
    bring_in(tmp_path, [pharmacy("FZZ01", closed="20190101", parent="P9ZZ")])

    site = _text(reader, LIST + "x99001001/")
    shop = _text(reader, LIST + "FZZ01/")

    assert "The postcode “ZZ1 1 ZZ” is not well formed." in site
    assert "It belongs to THE TEST SURGERY (X99001), which is closed." in site
    assert "its closing date has passed" in shop
    assert "It belongs to P9ZZ, which is not in the directory." in shop
    assert "It cannot order supplies because it is closed." in _text(reader, LIST + "X99001/")


def test_the_page_of_an_organisation_with_much_history_costs_the_same(reader: Client, tmp_path: Path) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            _text(reader, LIST + "X99001/")
        return len(queries)

    bring_in(tmp_path, [practice("X99001")])
    few = cost()
    for year in range(2021, 2030):
        bring_in(tmp_path, [practice("X99001", name=f"NAME {year}")], released=f"{year - 5}-06-01")
    bring_in(tmp_path, [branch(f"X9900100{number}") for number in range(1, 9)])

    assert cost() == few


@pytest.mark.parametrize("code", ["X99999", "%00", "..%2F..", "x" * 500])
def test_an_unknown_code_is_not_found(code: str, reader: Client) -> None:
    assert reader.get(f"{LIST}{code}/").status_code == 404


def test_the_imports_show_counts_and_rejected_lines(reader: Client, tmp_path: Path) -> None:
    bring_in(tmp_path, [practice("X99001")])
    bring_in(tmp_path, [practice("X99001"), *(practice(f"X {number}") for number in range(9))])

    page = _text(reader, IMPORTS)

    assert "1 created" in page
    assert "epraccur classic, released 1 January 2020" in page
    assert "Line 2: &#39;X 0&#39; is not an ODS code." in page
    assert "and 4 more lines" in page


def test_empty_pages_say_what_to_do(reader: Client) -> None:
    assert "bin/portal import-ods" in _text(reader, IMPORTS)
    assert "No organisation matches." in _text(reader, LIST, q="nobody")


def test_contractors_do_not_see_the_directory(sign_in: Callable[..., Client]) -> None:
    OperatorFactory()
    contractor = sign_in(roles=["main_contact"])

    for address in (LIST, LIST + "ZZ00001/", IMPORTS):
        assert contractor.get(address).status_code == 404


def test_dates_of_entries_made_by_hand_are_shown(reader: Client) -> None:
    OrganisationFactory(code="ZZ90009", valid_from=date(2024, 5, 6), last_seen_on=date(2024, 5, 6))

    assert "6 May 2024" in _text(reader, LIST + "ZZ90009/")
