"""Check digits are rules that an operator chooses or writes down; none is invented for a form (issue 5)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.errors import InvalidInput
from portal.serials.check_digits import KINDS, CheckRule, known_rule
from portal.serials.format_values import FormatValues, blind_words, fitting, try_numbers, written_format
from portal.serials.numbers import NotASerial, SerialFormat, serial_policy

CHECKED = [kind for kind in KINDS if kind not in ("none", "weights")]
NUMBERS = "0123456789"


def _format(kind: str, digits: int, **values: object) -> SerialFormat:
    return written_format(FormatValues(digits=digits, check_digits=1, kind=kind, **values))  # type: ignore[arg-type]


def test_no_rule_comes_with_the_portal() -> None:
    assert all(each.check is None for each in serial_policy().formats.values())


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("luhn", "79927398713"),
        ("luhn", "4539578763621486"),
        ("eleven", "0306406152"),
        ("eleven", "097522980X"),
        ("eleven", "9434765919"),
        ("three_one", "4006381333931"),
        ("three_one", "106141412345678908"),
        ("eleven_to_seven", "760864285"),
    ],
    ids=[
        "the example of the Luhn rule", "a test number of a card", "an ISBN", "an ISBN that ends in X",
        "a test NHS number", "a bar code", "a bar code of a parcel", "a tax number of Chile",
    ],
)  # fmt: skip
def test_published_numbers_pass_their_rule(kind: str, number: str) -> None:
    written = _format(kind, len(number))
    assert written.sequence(number) == int(number[:-1])
    assert written.shown(int(number[:-1])) == number


@given(some.sampled_from(CHECKED), some.integers(2, 18), some.data())
def test_each_rule_takes_its_own_numbers_and_refuses_every_wrong_digit_it_claims_to_find(
    kind: str, digits: int, data: some.DataObject
) -> None:
    written = _format(kind, digits)
    assert written.check is not None
    sequence = data.draw(some.integers(0, 10 ** (digits - 1) - 1))
    number = written.shown(sequence)
    assert (written.sequence(number), len(number)) == (sequence, digits)
    blind = written.check.blind_places()
    for place, right in enumerate(number):
        for wrong in (each for each in NUMBERS + "X" if each != right):
            misread = number[:place] + wrong + number[place + 1 :]
            if place + 1 in blind:
                continue
            with pytest.raises(NotASerial):
                written.sequence(misread)


@given(
    some.lists(some.integers(1, 99), min_size=1, max_size=17),
    some.integers(2, 36),
    some.booleans(),
    some.data(),
)
def test_a_rule_by_hand_says_which_places_it_is_blind_at(
    weights: list[int], modulus: int, cross_sum: bool, data: some.DataObject
) -> None:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:modulus]
    written = _format(
        "weights", len(weights) + 1, weights=tuple(weights), modulus=modulus, characters=letters, cross_sum=cross_sum
    )
    assert written.check is not None
    body = data.draw(some.text(NUMBERS, min_size=len(weights), max_size=len(weights)))
    number = written.shown(int(body))
    for place in range(len(weights)):
        missed = [
            wrong for wrong in NUMBERS
            if wrong != body[place] and written.check.letter(body[:place] + wrong + body[place + 1 :]) == number[-1]
        ]  # fmt: skip
        assert not missed or place + 1 in written.check.blind_places()


def test_blind_places_are_really_blind_and_the_page_says_so() -> None:
    eleven = known_rule("eleven", 10)
    assert eleven.blind_places() == [1]  # its weight would be eleven
    assert eleven.letter("0123456789") == eleven.letter("9123456789")
    assert "at place 1" in blind_words(eleven)
    for kind, places in (("luhn", 10), ("three_one", 10), ("eleven", 9), ("eleven_to_seven", 10)):
        assert blind_words(known_rule(kind, places)) == "This rule finds every single digit that is misread."
    assert CheckRule(weights=[2, 5], modulus=10, characters="0123456789").blind_places() == [1, 2]
    assert CheckRule(weights=[1], modulus=10, characters="0" * 10).blind_places() == [1]


def test_a_rule_that_cannot_be_is_refused() -> None:
    for weights, modulus, characters in (([], 10, "0123456789"), ([1], 10, "012"), ([1], 1, "0")):
        with pytest.raises(ImproperlyConfigured):
            CheckRule(weights=weights, modulus=modulus, characters=characters)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"digits": 0}, "digits"),
        ({"digits": 19}, "digits"),
        ({"check_digits": 11}, "check_digits"),
        ({"kind": "luhn", "check_digits": 2}, "check_digits"),
        ({"kind": "guess"}, "kind"),
        ({"kind": "weights", "weights": (1,), "modulus": 10, "characters": NUMBERS}, "weights"),
        ({"kind": "weights", "weights": (1, 0) * 5, "modulus": 10, "characters": NUMBERS}, "weights"),
        ({"kind": "weights", "weights": (1,) * 10, "modulus": None, "characters": NUMBERS}, "modulus"),
        ({"kind": "weights", "weights": (1,) * 10, "modulus": 37, "characters": NUMBERS}, "modulus"),
        ({"kind": "weights", "weights": (1,) * 10, "modulus": 10, "characters": "012"}, "characters"),
        ({"kind": "weights", "weights": (1,) * 10, "modulus": 10, "characters": "0" * 10}, "characters"),
        ({"kind": "weights", "weights": (1,) * 10, "modulus": 3, "characters": "01<"}, "characters"),
    ],
)
def test_a_format_that_cannot_be_is_refused_at_its_field(values: dict[str, object], field: str) -> None:
    known: dict[str, object] = {"digits": 11, "check_digits": 1, "kind": "none", **values}
    with pytest.raises(InvalidInput) as caught:
        written_format(FormatValues(**known))  # type: ignore[arg-type]
    assert list(caught.value.errors) == [field]


def test_trying_says_which_digit_the_rule_would_want() -> None:
    luhn = _format("luhn", 11)
    right, wrong, short, letters = try_numbers(luhn, ["7992 7398 713", "79927398710", "7992", "7992739871a"])
    assert right.fits and right.sentence == "It fits. The register counts it as 7,992,739,871."
    assert not wrong.fits and "this rule wants 3 at the end, and there is 0" in wrong.sentence
    assert not short.fits and "has 11 digits" in short.sentence
    assert not letters.fits and "there is A" in letters.sentence
    with pytest.raises(InvalidInput, match="wants 3"):
        fitting(luhn, ["79927398713", "79927398710"], least=2)
    with pytest.raises(InvalidInput, match="at least 2 different"):
        fitting(luhn, ["79927398713", "7992-7398-713"], least=2)
