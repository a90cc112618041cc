"""Hostile files: whatever the bytes are, there is an answer, it names places, and good parts around are taken."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.records.registrations.incoming import LONGEST_VALUE, Registration
from portal.records.registrations.nhs_number import is_placeholder, is_well_formed
from portal.records.registrations.tests.samples import (
    NUMBER,
    OTHER_NUMBER,
    acceptance,
    answer,
    deduction,
    interchange,
    message,
    read,
)
from portal.records.registrations.tests.test_tables import GOOD, HEAD

_GOOD = interchange(
    message("G1", acceptance(), acceptance(number=OTHER_NUMBER, transaction="18", kind="1")),
    message("F2", deduction(), deduction(number=OTHER_NUMBER, transaction="41"), reference="00000002"),
    message("F4", answer(number=NUMBER), reference="00000003"),
)
_EDIFACT_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [b"UNB+", b"UNH+1+FHSREG:0:1'", b"UNT+3+1'", b"UNZ+1+1'", b"S01+1'", b"RFF+TN:1'", b"PNA+PAT+"]
        ),
        st.sampled_from([b"?", b"'", b"+", b":", b"??", b"?'", b"\n", b"\x00", b"\xff", b"%", b"UNA:+.? '", b"''"]),
        st.binary(max_size=12),
    ),
    max_size=40,
).map(b"".join)


def _is_sound(found: Registration) -> bool:
    number = found.patient.nhs_number
    texts = [found.reference, found.practice, found.patient.family_name, found.patient.names, found.previous_practice]
    return (
        (not number or (is_well_formed(number) and not is_placeholder(number)))
        and all(len(text) <= LONGEST_VALUE and text.isprintable() for text in texts)
        and bool(found.reference)
    )


@given(st.binary(max_size=2_000))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    found, rejected = read(content)
    assert all(map(_is_sound, found))
    assert found or rejected or not content.strip()
    assert all(each.position and each.reason.endswith(".") for each in rejected)


@given(_EDIFACT_PIECES)
def test_any_rubble_of_edifact_has_an_answer(rubble: bytes) -> None:
    found, rejected = read(b"UNB+UNOA:2+A+B+1:1+1'" + rubble)
    assert all(map(_is_sound, found))
    assert all(each.position and each.reason.endswith(".") for each in rejected)


@given(st.integers(0, len(_GOOD) - 1), st.binary(min_size=1, max_size=3))
@example(_GOOD.index(b"S01"), b"Sl1")  # the head of the first transaction is gone: once it went without a word
@settings(max_examples=300)
def test_one_damaged_place_invents_no_event(place: int, damage: bytes) -> None:
    """What is found in a damaged file has the kind and the reference of an event of the whole one, or is refused.

    Damage inside a value that is free text cannot be seen; damage to a number is, by its check digit or its trailer.
    """
    whole, _ = read(_GOOD)
    found, rejected = read(_GOOD[:place] + damage + _GOOD[place + len(damage) :])
    assert all(map(_is_sound, found))
    numbers = {(each.patient.nhs_number or each.patient.old_number) for each in whole} | {""}
    assert {each.patient.nhs_number for each in found} <= numbers
    assert len(found) <= len(whole)
    if len(found) < len(whole):
        assert rejected


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_rows_around_rubble_are_taken(rubble: list[bytes]) -> None:
    lines = [HEAD.encode(), *(each.replace(b"\n", b"").replace(b"\r", b"") for each in rubble), GOOD.encode(), b""]
    found, rejected = read(b"\n".join(lines))
    assert found[-1].reference == "E-1"
    assert all(map(_is_sound, found))
    assert all(each.position.startswith("line ") for each in rejected)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda each: st.lists(each) | st.dictionaries(st.text(max_size=8), each),
        max_leaves=20,
    )
)
def test_any_json_has_an_answer(value: object) -> None:
    import json

    found, rejected = read(
        json.dumps([value, {"subject": value, "source": value, "type": value, "id": value}]).encode()
    )
    assert found == []
    assert len(rejected) == 2
