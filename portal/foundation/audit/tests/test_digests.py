"""Digests tell apart whatever can be told apart, and need the key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.audit.digests import DIGEST_BYTES, as_stored, digest_of, is_digest_of

_MOMENT = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
_VALUES = some.none() | some.booleans() | some.integers() | some.text() | some.binary() | some.dates()


@given(some.lists(_VALUES, max_size=4), some.lists(_VALUES, max_size=4))
def test_only_equal_lists_have_equal_digests(one: list[object], other: list[object]) -> None:
    alike = [(type(value), value) for value in one] == [(type(value), value) for value in other]
    assert (digest_of(one) == digest_of(other)) == alike


def test_values_do_not_run_into_each_other() -> None:
    assert digest_of(["ab", "c"]) != digest_of(["a", "bc"])
    assert digest_of(["1"]) != digest_of([1])
    assert digest_of([True]) != digest_of([1])


def test_a_digest_depends_on_the_one_before() -> None:
    assert digest_of([1], previous=b"x" * 32) != digest_of([1])


def test_the_same_moment_in_another_zone_is_the_same() -> None:
    there = _MOMENT.astimezone(timezone(timedelta(hours=5)))
    assert digest_of([there]) == digest_of([_MOMENT])
    assert digest_of([_MOMENT]) != digest_of([_MOMENT + timedelta(microseconds=1)])


def test_a_digest_needs_the_key(settings: Any) -> None:
    before = digest_of(["a"])
    settings.AUDIT_KEY = b"another"
    assert digest_of(["a"]) != before


@pytest.mark.parametrize("value", [1.5, object(), {1, 2}])
def test_what_has_no_one_way_to_be_written_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        digest_of([value])


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        digest_of([datetime(2026, 1, 1)])
    assert digest_of([date(2026, 1, 1)])


def test_a_payload_is_the_same_in_any_order() -> None:
    assert digest_of([{"a": 1, "b": [2]}]) == digest_of([{"b": [2], "a": 1}])


def test_an_old_key_still_reads_what_it_signed_and_a_forgotten_one_does_not(settings: Any) -> None:
    before = digest_of(["a"])
    settings.OLD_AUDIT_KEYS, settings.AUDIT_KEY = [settings.AUDIT_KEY], b"another" * 10
    after = digest_of(["a"])
    assert before[:4] != after[:4]
    assert is_digest_of(before, ["a"])
    assert is_digest_of(after, ["a"])
    settings.OLD_AUDIT_KEYS = []
    assert not is_digest_of(before, ["a"])
    assert is_digest_of(after, ["a"])


@given(some.integers(0, DIGEST_BYTES - 1), some.integers(1, 255))
def test_no_byte_of_a_digest_may_change(place: int, difference: int) -> None:
    digest = bytearray(digest_of(["a", 1]))
    digest[place] ^= difference
    assert not is_digest_of(bytes(digest), ["a", 1])


@pytest.mark.parametrize("digest", [b"", b"x" * 4, b"x" * 32, b"x" * 36])
def test_what_is_no_digest_is_no_digest(digest: bytes) -> None:
    assert not is_digest_of(digest, ["a"])


def test_a_payload_is_written_as_the_database_gives_it_back() -> None:
    assert as_stored({"lines": (1, 2), "names": {2: "b", 10: "a"}}) == {"lines": [1, 2], "names": {"2": "b", "10": "a"}}
    with pytest.raises(TypeError, match="as text"):
        as_stored({"share": 1.5})
