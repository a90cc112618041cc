"""Every page of staff belongs to one part of the header; only what is on the home page falls to Home."""

from __future__ import annotations

import pytest

from portal.config import navigation
from portal.config.navigation import navigation_for
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.web.generated_docs import portal_addresses
from tests.meta.world import staff_roles

EVERYBODY = Actor(name="Everybody", audience="staff", permissions=permissions_of(staff_roles()))
AT_HOME = ("/staff/", "/staff/notices/")


def _current(address: str) -> list[str]:
    return [link.label for link in navigation_for(EVERYBODY, address) if link.current]


def _lost() -> list[str]:
    """Pages of staff that no part of the header is marked for."""
    addresses = [f"/{route}" for route, view in portal_addresses() if view.audience == "staff"]
    assert len(addresses) > 100
    return [
        each for each in addresses
        if len(_current(each)) != 1 or (_current(each) == ["Home"] and not (
            each == AT_HOME[0] or each.startswith(AT_HOME[1])
        ))
    ]  # fmt: skip


def test_every_page_of_staff_marks_its_part_of_the_header() -> None:
    assert _lost() == []
    assert _current("/staff/supplies/forecasts/FP10SS/") == ["Stock"]
    assert _current("/staff/supplies/consignments/CN-1/pick/") == ["Warehouse"]


def test_without_the_folders_pages_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_FOLDERS", {})
    assert "/staff/supplies/forecasts/" in _lost()
