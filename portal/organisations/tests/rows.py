"""Fixture files: rows of the real shape with fictional codes and texts of our own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from portal.foundation.access import system_actor
from portal.organisations.models import Organisation
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release

_PLACES = {
    "code": 0, "name": 1, "region": 2, "geography": 3, "line1": 4, "line2": 5, "line3": 6, "line4": 7, "line5": 8,
    "postcode": 9, "opened": 10, "closed": 11, "status": 12, "subtype": 13, "parent": 14, "joined": 15, "left": 16,
    "telephone": 17, "amended": 21, "provider": 23, "setting": 25,
}  # fmt: skip


def row(**values: str) -> list[str]:
    """One row of 27 columns by the names above; what is not named is empty."""
    fields = [""] * 27
    for name, value in {"name": "TEST SITE", "opened": "20100104", "line1": "1 HIGH STREET", **values}.items():
        fields[_PLACES[name]] = value
    return fields


def practice(code: str = "X99001", **values: str) -> list[str]:
    """A GP practice as the classic prescribing file has it."""
    usual = {"status": "A", "subtype": "B", "parent": "9ZA", "provider": "9ZA", "setting": "4", "postcode": "ZZ1 1ZZ"}
    return row(code=code, **{"name": "THE TEST SURGERY", **usual, **values})


def practice_2026(code: str = "X99001", **values: str) -> list[str]:
    """The same in the layout in use since November 2025."""
    return practice(code, **{"status": "ACTIVE", "setting": "RO76", "amended": "1", **values})


def branch(code: str = "X99001001", **values: str) -> list[str]:
    """A GP branch: no status, no sub-type; its practice in column 15."""
    return row(code=code, **{"parent": code[:6], "provider": "A", "postcode": "ZZ1 2ZZ", **values})


def dentist(code: str = "V99901", **values: str) -> list[str]:
    """A dental practice."""
    return row(code=code, **{"status": "A", "subtype": "D", "parent": "Q9Z", "postcode": "ZZ1 3ZZ", **values})


def pharmacy(code: str = "FZZ01", **values: str) -> list[str]:
    """A pharmacy."""
    usual = {"status": "A", "subtype": "1", "parent": "P9ZZ", "provider": "Q9Z", "postcode": "ZZ1 4ZZ"}
    return row(code=code, **{**usual, **values})


def write(path: Path, rows: Sequence[Sequence[str]], *, line_end: str = "\n") -> Path:
    """Writes the rows as ODS does: every field quoted, no header."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end).writerows(rows)
    path.write_bytes(text.getvalue().encode())
    return path


def bring_in(
    folder: Path, rows: Sequence[Sequence[str]], *, released: str = "2020-01-01", **options: str
) -> FileOutcome:
    """Imports the rows as one file of a release."""
    path = write(folder / "release.csv", rows)
    command = ImportRelease(path=path, released_on=date.fromisoformat(released), **options)
    return import_release(system_actor("a test", IMPORT_DIRECTORY), command)


def organisation(code: str) -> Organisation:
    """The organisation as it is now."""
    return Organisation.objects.get(code=code)
