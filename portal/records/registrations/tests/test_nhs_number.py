"""NHS numbers: the arithmetic, the placeholders, and the old numbers that labels still carry."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.registrations.nhs_number import (
    WrongNumber,
    check_digit,
    is_placeholder,
    is_well_formed,
    split_number,
)
from portal.records.registrations.tests.samples import DATA, needs_samples

_STEMS = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize("number", ["9991581766", "9990000050", "0121000222", "9434765919"])
def test_a_right_number_is_well_formed(number: str) -> None:
    assert is_well_formed(number)
    assert not is_placeholder(number)


@pytest.mark.parametrize(
    "number", ["9876544321", "1234567890", "9990000140", "999158176", "99915817660", "٩٩٩١٥٨١٧٦٦", ""]
)
def test_a_wrong_number_is_not(number: str) -> None:
    assert not is_well_formed(number)


@pytest.mark.parametrize("number", [digit * 10 for digit in "0123456789"] + ["9876543210"])
def test_placeholders_pass_the_arithmetic_and_name_nobody(number: str) -> None:
    assert is_well_formed(number)
    assert split_number(number) == ("", "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("999 158 1766", ("9991581766", "")),
        ("999-158-1766", ("9991581766", "")),
        ("n/10/10", ("", "N/10/10")),
        ("AVERT1/1", ("", "AVERT1/1")),
        ("", ("", "")),
    ],
)
def test_a_typed_number_is_told_apart(typed: str, expected: tuple[str, str]) -> None:
    assert split_number(typed) == expected


def test_ten_digits_that_fail_are_refused_without_repeating_them() -> None:
    with pytest.raises(WrongNumber) as refusal:
        split_number("1234567890")
    assert "1234567890" not in str(refusal.value)


@given(_STEMS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(stem: str, place: int, by: int) -> None:
    digit = check_digit(stem)
    if digit is None:
        return
    changed = str((int(stem[place]) + by) % 10)
    assert is_well_formed(f"{stem}{digit}")
    assert not is_well_formed(f"{stem[:place]}{changed}{stem[place + 1 :]}{digit}")


@given(_STEMS)
def test_at_most_one_check_digit_fits_nine_digits(stem: str) -> None:
    fitting = [digit for digit in "0123456789" if is_well_formed(stem + digit)]
    assert fitting == ([] if check_digit(stem) is None else [str(check_digit(stem))])


class TestWithTheVectors:
    pytestmark = needs_samples

    def test_every_vector_is_judged_as_the_list_says(self) -> None:
        with (DATA / "codes" / "nhs_numbers.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert len(rows) >= 75
        wrong = [row["number"] for row in rows if is_well_formed(row["number"]) != (row["valid"] == "True")]
        assert wrong == []
