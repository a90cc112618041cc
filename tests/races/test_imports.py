"""Two imports at once: the second waits, and finds the work done (J23, R3)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from portal.foundation.access import system_actor
from portal.organisations.models import Organisation
from portal.organisations.ods_import import importing
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release
from portal.organisations.tests.rows import practice, write
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
_WRITTEN = "portal.organisations.ods_import.merging.create_new"  # not yet committed, and the other has begun


def _import(path: Path) -> tuple[int, int, bool]:
    command = ImportRelease(path=path, released_on=date(2020, 1, 1))
    outcome = import_release(system_actor("a test", IMPORT_DIRECTORY), command)
    return outcome.created, outcome.unchanged, outcome.is_refused


def test_the_second_import_waits_and_finds_everything_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _import(write(tmp_path / "before.csv", [practice("X99000")]))
    path = write(tmp_path / "f.csv", [practice("X99001"), practice("X99002")])
    Meeting().after(monkeypatch, _WRITTEN)

    results = at_once(lambda: _import(path), lambda: _import(path))

    assert sorted(results) == [(0, 2, False), (2, 0, False)]
    assert Organisation.objects.count() == 3


def test_without_the_lock_the_second_import_is_refused_for_no_fault_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(write(tmp_path / "before.csv", [practice("X99000")]))
    path = write(tmp_path / "f.csv", [practice("X99001"), practice("X99002")])
    monkeypatch.setattr(importing, "_prepare", _prepare_without_lock)
    Meeting().after(monkeypatch, _WRITTEN)

    results = at_once(lambda: _import(path), lambda: _import(path))

    assert sorted(refused for _, _, refused in results) == [False, True]


def _prepare_without_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists staged")
