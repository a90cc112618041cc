"""What counts as a change, and what is only written differently (hazards 9, 10, 15, 17)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.organisations.ods_import.state import State, changed_fields, updated

KNOWN = State(
    name="THE TEST SURGERY",
    kind="gp_practice",
    status="active",
    address_lines=["THE HEALTH CENTRE", "1 HIGH STREET", "TESTON", "TESTSHIRE"],
    postcode="ZZ1 1ZZ",
    postcode_is_valid=True,
    telephone="020 79460000",
    parent_code="",
    commissioner_code="9ZA",
    geography_code="Q9Z",
    region_code="Y99",
    opened_on=date(2010, 1, 4),
    closed_on=None,
    roles=["RO76"],
)


@pytest.mark.parametrize(
    "said",
    [
        {"telephone": "02079 460000"},
        {"telephone": "2079460000"},
        {"name": "The  Test Surgery "},
        {"postcode": "ZZ11ZZ"},
        {"address_lines": ["HEALTH CENTRE", "1 HIGH STREET", "TESTON"]},
        {"address_lines": ["1 HIGH STREET", "TESTON"]},
        {"address_lines": ["HEALTH CENTRE, 1 HIGH STREET", "TESTON"]},
        {"address_lines": ["THE HEALTH CENTRE", "1 HIGH-STREET", "TESTON", "TESTSHIRE"]},
    ],
)
def test_the_same_fact_written_differently_is_no_change(said: dict[str, Any]) -> None:
    assert changed_fields(KNOWN, KNOWN._replace(**said)) == []


@pytest.mark.parametrize(
    "said",
    [
        {"telephone": "020 79460001"},
        {"telephone": ""},
        {"name": "THE OTHER SURGERY"},
        {"postcode": "ZZ1 1ZY"},
        {"postcode_is_valid": False},
        {"address_lines": ["2 HIGH STREET", "TESTON"]},
        {"address_lines": ["TESTON", "1 HIGH STREET"]},
        {"address_lines": ["THE HEALTH CENTRE", "2-1 HIGH STREET", "TESTON", "OTHERSHIRE"]},
        {"address_lines": []},
        {"status": "dormant"},
        {"commissioner_code": "A9Z9A"},
        {"region_code": "Y98"},
        {"roles": ["RO76", "RO268"]},
        {"closed_on": date(2025, 1, 1)},
    ],
)
def test_another_fact_is_a_change(said: dict[str, Any]) -> None:
    assert changed_fields(KNOWN, KNOWN._replace(**said)) == list(said)


def test_a_move_that_keeps_some_lines_is_a_change_when_the_postcode_is_another() -> None:
    said = KNOWN._replace(address_lines=["1 HIGH STREET", "TESTON"], postcode="ZZ9 9ZZ")

    assert changed_fields(KNOWN, said) == ["address_lines", "postcode"]


def test_a_place_that_closed_long_ago_keeps_the_region_it_closed_in() -> None:
    closed = KNOWN._replace(status="closed")

    assert changed_fields(closed, closed._replace(region_code="Y63", geography_code="QHM")) == []


def test_what_did_not_change_stays_as_it_was_first_written() -> None:
    said = KNOWN._replace(name="THE NEW SURGERY", telephone="02079 460000")

    assert updated(KNOWN, said) == KNOWN._replace(name="THE NEW SURGERY")
