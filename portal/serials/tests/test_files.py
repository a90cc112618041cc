"""The register as files: complete, a site's own only, and with numbers that can be typed in again (J7)."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.serials.models import SerialMove
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue
from portal.serials.services.missing_forms import report_missing
from portal.serials.tests.forms import delivered, in_store, keeper_of, missing, numbers, printed, site
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.test_staff_catalogue_pages import staff

pytestmark = pytest.mark.django_db


def _rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def _content(answer: Any) -> bytes:
    """All of a download, and its file closed; ``close()`` would also close the test's database connection."""
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return content


def _book(client: Client, address: str) -> list[tuple[Any, ...]]:
    answer = client.get(address)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(_content(answer))).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def _safe(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return [tuple("" if value is None else str(value).removeprefix("'") for value in row) for row in rows]


def test_a_site_takes_away_what_it_has_and_all_that_happened_to_it(sign_in: Callable[..., Client]) -> None:
    item, member, other = in_store(1000), site(), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    issue(actor, numbers(item, 0, 50), "=HYPERLINK(1)")
    destroy(actor, numbers(item, 90, 10), "Sam Reed")
    client, base = sign_in(member), f"/o/{member.organisation.code}/forms/"
    heads, *rows = _rows(client, f"{base}file.csv")
    assert heads[:5] == ["Form", "Name", "First number", "Last number", "Forms"]
    assert [(row[4], row[5]) for row in rows] == [("50", "Issued"), ("40", "At the site")]
    assert rows[0][2] == printed(1_000_000_000)[:10] + "0" and rows[0][6] == "'=HYPERLINK(1)"
    _, *moves = _rows(client, f"{base}history.csv")
    assert [row[6] for row in moves] == ["In a consignment", "At the site", "Issued", "Destroyed"]
    assert "seen by Sam Reed" in moves[-1][9]
    strange = sign_in(other)
    theirs = f"/o/{other.organisation.code}/forms/"
    assert len(_rows(strange, f"{theirs}file.csv")) == len(_rows(strange, f"{theirs}history.csv")) == 1
    assert strange.get(f"{base}file.csv").status_code == 404


def test_a_workbook_says_what_the_csv_says_and_keeps_noughts_and_formulas_as_text(
    sign_in: Callable[..., Client],
) -> None:
    item, member, other = in_store(1000), site(), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    issue(actor, numbers(item, 0, 50), "=HYPERLINK(1)")
    report_missing(actor, missing(numbers(item, 90, 10)))
    client, base = sign_in(member), f"/o/{member.organisation.code}/forms/"
    one = f"?item={item.code}&number={numbers(item, 7).first}"
    for name, rows in (("file", 4), ("history", 5), ("number", 1), ("number" + one, 4)):
        file, _, asked = name.partition("?")
        book = _book(client, f"{base}{file}.xlsx?{asked}")
        assert len(book) == rows
        plain = _rows(client, f"{base}{file}.csv?{asked}")
        assert [len(row) for row in book] == [len(row) for row in plain]
        if file == "file":
            assert _safe(book)[1][:8] == tuple(value.removeprefix("'") for value in plain[1][:8])
            assert book[1][2] == numbers(item, 0).first[:10] + "0" and book[1][6] == "=HYPERLINK(1)"
    strange = sign_in(other)
    theirs = f"/o/{other.organisation.code}/forms/"
    assert [len(_book(strange, f"{theirs}{name}.xlsx")) for name in ("file", "history")] == [1, 1]
    assert strange.get(f"{theirs}number.xlsx{one}").status_code == 404
    assert strange.get(f"{base}file.xlsx").status_code == strange.get(f"{base}number.csv{one}").status_code == 404

    keeper = sign_in(staff("stock_controller"))
    assert [len(_book(keeper, f"/staff/forms/{name}.xlsx")) for name in ("file", "number")] == [2, 1]
    assert len(_book(keeper, f"/staff/forms/number.xlsx{one}")) == 5
    assert keeper.get("/staff/forms/number.xlsx?item=X&number=1").status_code == 404
    for name, wanted in (("file", "10"), ("areas", "10")):
        (_, row) = _book(keeper, f"/staff/forms/incidents/{name}.xlsx")
        assert wanted in _safe([row])[0]
        assert len(_rows(keeper, f"/staff/forms/incidents/{name}.csv?kind=stolen")) == 1


def test_pages_offer_both_files(sign_in: Callable[..., Client]) -> None:
    item, member = in_store(1000), site()
    box = delivered(item, member)
    confirm_arrival(keeper_of(member), box.reference, numbers(item, 0, 100))
    report_missing(keeper_of(member), missing(numbers(item, 90, 10)))
    one = f"?item={item.code}&number={numbers(item, 7).first}"
    site_client, keeper = sign_in(member), sign_in(staff("stock_controller"))
    for client, page in (
        (site_client, f"/o/{member.organisation.code}/forms/"),
        (site_client, f"/o/{member.organisation.code}/forms/{one}"),
        (keeper, f"/staff/forms/{one}"),
        (keeper, "/staff/forms/incidents/?kind=lost"),
    ):
        text = client.get(page).content.decode()
        links = re.findall(r'href="([^"]+\.(?:csv|xlsx)[^"]*)"', text)
        assert len(links) >= 2, page
        for link in links:
            assert _content(client.get(html.unescape(link)))


def test_the_operator_takes_away_what_the_stores_have(sign_in: Callable[..., Client]) -> None:
    in_store(1000)
    client = sign_in(staff("stock_controller"))
    heads, row = _rows(client, "/staff/forms/file.csv")
    assert heads[5] == "Store" and row[4:6] == ["1000", "Leeds store"]
    heads, *rows = _rows(client, "/staff/supplies/stock/file.csv")
    assert heads[0] == "Store" and rows == []


def test_a_longer_history_costs_no_more_queries(sign_in: Callable[..., Client]) -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    client, address = sign_in(member), f"/o/{member.organisation.code}/forms/history.csv"

    def cost() -> int:
        with counted_queries() as sent:
            _rows(client, address)
        return len(sent)

    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    before = cost()
    for at in range(20):
        issue(actor, numbers(item, at), "Room 3")
    assert cost() == before and SerialMove.objects.count() > 20
