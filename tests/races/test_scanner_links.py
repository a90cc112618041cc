"""Two devices that open one link at once: one of them is the scanner (J27; ADR 29)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.foundation.errors import NotFound
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.recognising import scanner_to_set_up
from portal.machines.services import keep_scanners
from portal.machines.services.keep_scanners import AddScanner, add_scanner, set_up_scanner
from portal.records.api import SCAN_RECORDS
from portal.records.places import own_place
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _both_open_it() -> list[Any]:
    own_place("courier")
    command = AddScanner(name="Van 3", courier="COURIER", token_ends_on=timezone.localdate())
    _, secret = add_scanner(system_actor("Keeper", KEEP_SCANNERS), command)

    def open_it() -> str:
        return set_up_scanner(system_actor("Somebody", SCAN_RECORDS), secret)[1]

    return at_once(open_it, open_it)


def test_one_of_two_gets_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    Meeting().after(monkeypatch, "portal.machines.services.keep_scanners.scanner_to_set_up")
    results = _both_open_it()
    assert sorted(type(each).__name__ for each in results) == ["NotFound", "str"]
    assert any(isinstance(each, NotFound) for each in results)


def test_without_the_lock_both_believe_that_they_are_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_scanners, "scanner_to_set_up", lambda secret, lock: scanner_to_set_up(secret))
    Meeting().after(monkeypatch, "portal.machines.services.keep_scanners.scanner_to_set_up")
    assert [type(each).__name__ for each in _both_open_it()] == ["str", "str"]
