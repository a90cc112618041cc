"""The register as files: complete, a site's own only, and with numbers that can be typed in again (J7)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from portal.serials.models import SerialMove
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue
from portal.serials.tests.forms import delivered, in_store, keeper_of, numbers, printed, site
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.test_staff_catalogue_pages import staff

pytestmark = pytest.mark.django_db


def _rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


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
