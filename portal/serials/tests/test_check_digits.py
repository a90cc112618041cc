"""Check digits are rules that an operator writes down; none is invented (issue 5)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from portal.serials.check_digits import CheckRule
from portal.serials.numbers import NotASerial, SerialFormat, serial_policy

LUHN = CheckRule(weights=[1, 2] * 5, modulus=10, characters="0987654321", cross_sum=True)
ELEVEN = CheckRule(weights=[10, 9, 8, 7, 6, 5, 4, 3, 2], modulus=11, characters="0X987654321")


def test_no_rule_comes_with_the_portal() -> None:
    assert all(each.check is None for each in serial_policy().formats.values())


@pytest.mark.parametrize(
    ("rule", "number"),
    [(LUHN, "79927398713"), (ELEVEN, "0306406152"), (ELEVEN, "097522980X")],
    ids=["the published example of the Luhn rule", "an ISBN", "an ISBN that ends in X"],
)
def test_published_numbers_pass_their_rule(rule: CheckRule, number: str) -> None:
    written = SerialFormat(digits=len(number), check_digits=1, check=rule)
    assert written.sequence(number) == int(number[:-1])
    assert written.shown(int(number[:-1])) == number


@given(st.integers(0, 10**10 - 1), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(sequence: int, place: int, more: int) -> None:
    written = SerialFormat(digits=11, check_digits=1, check=LUHN)
    number = written.shown(sequence)
    assert written.sequence(number) == sequence
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(NotASerial, match="does not fit"):
        written.sequence(wrong)


def test_a_rule_that_cannot_be_is_refused() -> None:
    for weights, modulus, characters in (([], 10, "0123456789"), ([1], 10, "012"), ([1], 1, "0")):
        with pytest.raises(ImproperlyConfigured):
            CheckRule(weights=weights, modulus=modulus, characters=characters)
