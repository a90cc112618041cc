"""A date in three boxes: what people type, what they mean, and what they are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.web.date_field import DateField

ALL = ("day", "month", "year")


class Form(forms.Form):
    """One date within one year, one without a limit."""

    needed = DateField(label="Date needed", earliest=date(2026, 1, 1), latest=date(2026, 12, 31))
    other = DateField(label="Other date", required=False)


def _sent(day: str, month: str, year: str) -> dict[str, str]:
    return {"needed_day": day, "needed_month": month, "needed_year": year}


@pytest.mark.parametrize(
    "typed",
    [
        ("3", "11", "2026"),
        ("03", " 11 ", "2026"),
        ("3", "nov", "2026"),
        ("3", "November", "2026"),
        ("３", "１１", "２０２６"),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: tuple[str, str, str]) -> None:
    form = Form(_sent(*typed))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"needed": date(2026, 11, 3), "other": None}


@pytest.mark.parametrize(
    ("typed", "sentence", "parts"),
    [
        (("", "", ""), "Enter date needed.", ALL),
        (("3", "", "2026"), "Date needed must include a month.", ("month",)),
        (("", "", "2026"), "Date needed must include a day and a month.", ("day", "month")),
        (("3", "11", "26"), "The year must have 4 numbers, such as 2026.", ("year",)),
        (("31", "2", "2026"), "Date needed must be a real date.", ALL),
        (("x", "2", "2026"), "Date needed must be a real date.", ALL),
        (("1", "13", "2026"), "Date needed must be a real date.", ALL),
        (("1", "1", "0000"), "Date needed must be a real date.", ALL),
        (("1", "1", "2025"), "Date needed must be 1 January 2026 or later.", ALL),
        (("1", "1", "2027"), "Date needed must be 31 December 2026 or earlier.", ALL),
    ],
)
def test_a_wrong_date_is_explained(typed: tuple[str, str, str], sentence: str, parts: tuple[str, ...]) -> None:
    form = Form(_sent(*typed))
    assert not form.is_valid()
    (error,) = form.errors["needed"].as_data()
    assert (error.message, error.params) == (sentence, {"parts": parts})


@given(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)))
def test_nothing_typed_breaks_it(typed: tuple[str, str, str]) -> None:
    form = Form(_sent(*typed))
    assert form.is_valid() or form.errors


@pytest.mark.parametrize("value", [date(2026, 3, 4), None])
def test_a_first_value_fills_the_boxes(value: Any) -> None:
    shown = str(Form(initial={"needed": value})["needed"])
    assert ('value="4"' in shown and 'value="2026"' in shown) == (value is not None)
