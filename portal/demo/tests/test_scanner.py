"""The demo's scanner knows one thing, and says so."""

from __future__ import annotations

from portal.demo.scanner import EICAR, EicarOnly
from portal.foundation.files.scanners import Verdict


def test_it_finds_the_test_string_and_nothing_else() -> None:
    assert EicarOnly().scan(b"before " + EICAR + b" behind") == Verdict("EICAR test string")
    assert EicarOnly().scan(b"a real virus") == Verdict()


def test_its_name_says_that_it_is_none() -> None:
    assert "EICAR test string only" in EicarOnly.name
