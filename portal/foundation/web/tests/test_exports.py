"""No export can hold a formula (ASVS 1.2.10, trust 2.6), and none grows in memory with its rows."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.foundation.web import exports
from portal.foundation.web.exports import csv_response, csv_value, xlsx_response

# Closing a response ends a request, which looks after the database's connections.
pytestmark = pytest.mark.django_db

# Text as a person who means harm would write it: formula characters first, blanks and marks before them.
_BEGINNINGS = st.sampled_from(
    ["", "=", "+", "-", "@", "\t", "\r", "\n", "\x00", " =", "\u00a0@", "|", "%", "＝", "＋", "\ufeff="]
)
_HOSTILE = st.builds(lambda start, rest: start + rest, _BEGINNINGS, st.text(max_size=40))
_VALUES = st.one_of(_HOSTILE, st.text(max_size=60))
_STARTS_A_FORMULA = re.compile(r"[\s\x00-\x20\u200b\ufeff]*[=+\-@|%＝＋－＠]|[\t\r\n\x00]")
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ]*(\.[0-9]+)?")

# A workbook's cell holds a time without a zone.
MOMENT = datetime(2026, 11, 3, 14, 5)
MIDNIGHT = datetime(2026, 11, 3)


def _csv(rows: list[list[Any]]) -> str:
    response = csv_response("orders", ["A", "B"], rows)
    return b"".join(response).decode()  # type: ignore[arg-type]


def _sheet(rows: list[list[Any]]) -> Any:
    response = xlsx_response("orders", ["A", "B"], rows)
    book = load_workbook(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    response.close()
    return book.worksheets[0]


@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_VALUES)
def test_no_value_in_a_csv_file_begins_a_formula(value: str) -> None:
    written = csv_value(value)
    assert not _STARTS_A_FORMULA.match(written) or _NUMBER.fullmatch(written)
    assert written in (value, f"'{value}")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_VALUES, min_size=100, max_size=100))
def test_no_cell_of_a_workbook_is_a_formula(values: list[str]) -> None:
    sheet = _sheet([[value, 1] for value in values])
    for row in sheet.iter_rows(min_row=2):
        assert row[0].data_type in ("s", "inlineStr", "n")
        assert row[0].value is None or isinstance(row[0].value, str)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(_VALUES, min_size=2, max_size=2), max_size=5))
def test_a_csv_file_reads_back_as_the_rows_it_was_made_of(rows: list[list[str]]) -> None:
    text = _csv(rows).removeprefix("\ufeff")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] == ["A", "B"]
    assert [[cell.removeprefix("'") for cell in row] for row in found[1:]] == [
        [csv_value(cell).removeprefix("'") for cell in row] for row in rows
    ]


def test_the_guard_is_what_keeps_formulas_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above has teeth: with the guard off the formula goes through."""
    assert csv_value('=HYPERLINK("http://evil.example")').startswith("'=")
    monkeypatch.setattr(exports, "_FORMULA", re.compile("(?!)"))
    assert csv_value("=1+1") == "=1+1"


@pytest.mark.parametrize("value", ["+44 20 7946 0958", "-5", "+1.5", "020 7946 0958"])
def test_a_number_in_text_form_stays_as_it_is(value: str) -> None:
    assert csv_value(value) == value


@pytest.mark.parametrize("value", ["+44 20 7946 0958 ext=1", "-5+cmd|' /C calc'!A0", "+1\n", "- 5"])
def test_what_only_begins_like_a_number_is_guarded(value: str) -> None:
    assert csv_value(value) == f"'{value}"


def test_dates_and_numbers_keep_their_type() -> None:
    sheet = _sheet([[date(2026, 11, 3), 7], [MOMENT, None]])
    assert [cell.value for cell in sheet["A"]] == ["A", MIDNIGHT, MOMENT]
    assert [cell.value for cell in sheet["B"]] == ["B", 7, None]
    assert "2026-11-03,7" in _csv([[date(2026, 11, 3), 7]])


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert _sheet([["a\x00b\x1f\ufffec", 1]])["A2"].value == "abc"


def test_an_export_without_rows_has_its_heads() -> None:
    assert [cell.value for cell in _sheet([])[1]] == ["A", "B"]
    assert _csv([]) == "\ufeffA,B\r\n"


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_MOST_ROWS", 3)
    response = xlsx_response("orders", ["A", "B"], [[number, ""] for number in range(5)])
    book = load_workbook(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    response.close()
    assert [[cell.value for cell in sheet["A"]] for sheet in book.worksheets] == [["A", 0, 1], ["A", 2, 3], ["A", 4]]


@pytest.mark.parametrize("make", [csv_response, xlsx_response])
def test_memory_does_not_grow_with_the_rows(make: Any) -> None:
    def peak(rows: int) -> int:
        def some() -> Iterator[list[Any]]:
            for number in range(rows):
                yield [f"Reference {number}", "x" * 100]

        tracemalloc.start()
        response = make("orders", ["A", "B"], some())
        for _ in response:
            pass
        response.close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(8_000) < peak(2_000) + 500_000


def test_a_download_is_saved_under_its_name() -> None:
    response = csv_response("orders-A81001", [], [])
    assert response["Content-Disposition"] == 'attachment; filename="orders-A81001.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
