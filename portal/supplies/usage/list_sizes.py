"""Reading how many patients practices have, from the published list or from a file of one's own (R7)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

LARGEST_FILE = 50_000_000  # bytes
_MOST_PATIENTS = 1_000_000
_CODES, _PATIENTS, _DATES = (
    ("code", "practice_code"),
    ("number_of_patients", "patients"),
    ("extract_date", "counted_on"),
)


class BadListSizes(Exception):
    """The file cannot be used. ``line`` counts from 1, with the heading; ``reason`` is a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class ListSize:
    """One practice's patients on a day."""

    code: str
    patients: int
    counted_on: date


def read_list_sizes(content: bytes) -> list[ListSize]:
    """The practices of a CSV file with a code, a number of patients and a date in each row.

    The columns are those of the published "patients registered at a GP practice": CODE, NUMBER_OF_PATIENTS,
    EXTRACT_DATE; where it has SEX and AGE, only the rows of all are read. Raises BadListSizes.
    """
    if len(content) > LARGEST_FILE:
        raise BadListSizes(1, f"The file has more than {LARGEST_FILE:,} bytes.")
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise BadListSizes(content[: error.start].count(b"\n") + 1, "The file is not UTF-8 text.") from error
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    code, patients, counted = (_column(names, wanted) for wanted in (_CODES, _PATIENTS, _DATES))
    found: dict[str, ListSize] = {}
    for row in rows:
        if any(name in names and row[names[name]].strip().upper() != "ALL" for name in ("sex", "age")):
            continue
        size = ListSize(
            (row[code] or "").strip().upper(),
            _number(rows.line_num, row[patients] or ""),
            _day(rows.line_num, row[counted] or ""),
        )
        if size.code in found:
            raise BadListSizes(rows.line_num, f"{size.code} is in the file already. Keep one row of it.")
        if size.patients:
            found[size.code] = size
    return list(found.values())


def _column(names: dict[str, str], wanted: tuple[str, ...]) -> str:
    for name in wanted:
        if name in names:
            return names[name]
    raise BadListSizes(1, f"There is no column {wanted[0].upper()}.")


def _number(line: int, text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or int(text) > _MOST_PATIENTS:
        raise BadListSizes(line, f"{text!r} is no number of patients.")
    return int(text)


def _day(line: int, text: str) -> date:
    for pattern in ("%Y-%m-%d", "%d%b%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise BadListSizes(line, f"{text!r} is no date such as 2026-11-01.")
