"""Reading a catalogue from CSV: every row is checked before anything is changed (R7)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.supplies.item_values import FIELDS, ItemValues, problems

SEED = Path(__file__).parent / "data" / "catalogue.csv"
LARGEST_FILE = 5_000_000  # bytes
_NUMBERS = {"pack_size", "minimum_quantity", "maximum_quantity", "usual_quantity", "lead_time"}
_MAYBE_NUMBERS = {"allowance_quantity", "allowance_days"}
_YES_NO = {"approval_required": True, "serial_numbered": True}
_DATES = {"valid_from", "valid_to"}


class BadCatalogueFile(Exception):
    """The file cannot be used. ``line`` counts from 1, with the heading; ``reason`` is a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class FileRow:
    """One item and the line of the file on which it ends."""

    line: int
    values: ItemValues


def read_catalogue(content: bytes) -> list[FileRow]:
    """The items of a catalogue file, replacements before what they replace.

    Raises BadCatalogueFile for anything that is not a complete, correct catalogue. Whether a replacement
    outside the file exists is for the caller to check.
    """
    rows = list(_checked_rows(_text(content)))
    by_code: dict[str, FileRow] = {}
    for row in rows:
        if row.values.code in by_code:
            raise BadCatalogueFile(
                row.line, f"{row.values.code} is already on line {by_code[row.values.code].line}. Keep one of them."
            )
        by_code[row.values.code] = row
    return _replacements_first(by_code)


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise BadCatalogueFile(1, f"The file has more than {LARGEST_FILE:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadCatalogueFile(line, "This is not UTF-8 text. Save the file as CSV UTF-8.") from error


def _checked_rows(text: str) -> Iterator[FileRow]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        heading = next(reader, [])
        if sorted(heading) != sorted(FIELDS):
            raise BadCatalogueFile(1, f"The heading must name these columns: {', '.join(FIELDS)}.")
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(heading):
                raise BadCatalogueFile(reader.line_num, f"{len(cells)} cells where there should be {len(heading)}.")
            yield _checked_row(reader.line_num, dict(zip(heading, cells, strict=True)))
    except csv.Error as error:
        raise BadCatalogueFile(reader.line_num, f"This is not correct CSV: {error}.") from error


def _checked_row(line: int, cells: dict[str, str]) -> FileRow:
    try:
        values = ItemValues(**{name: _parsed(name, cells[name].strip()) for name in FIELDS})  # type: ignore[arg-type]
    except ValueError as error:
        raise BadCatalogueFile(line, str(error)) from error
    if found := problems(values):
        name, sentence = next(iter(found.items()))
        raise BadCatalogueFile(line, f"{name}: {sentence}")
    return FileRow(line, values)


def _parsed(name: str, cell: str) -> object:
    if name in _NUMBERS or (name in _MAYBE_NUMBERS and cell):
        if not (cell.isascii() and cell.isdigit() and len(cell) < 10):
            raise ValueError(f"{name}: {cell[:40]!r} is not a whole number.")
        return int(cell)
    if name in _YES_NO:
        if cell not in {"yes", "no"}:
            raise ValueError(f"{name}: write yes or no, not {cell[:40]!r}.")
        return cell == "yes"
    if name in _DATES and (cell or name == "valid_from"):
        try:
            return date.fromisoformat(cell)
        except ValueError as error:
            raise ValueError(f"{name}: {cell[:40]!r} is not a date such as 2026-11-23.") from error
    if name == "contractor_types":
        return tuple(sorted(set(cell.split())))
    return None if name in _MAYBE_NUMBERS | _DATES else cell


def _replacements_first(by_code: dict[str, FileRow]) -> list[FileRow]:
    ordered: dict[str, FileRow] = {}
    for row in by_code.values():
        chain = [row]
        while (successor := by_code.get(chain[-1].values.replaced_by)) and successor.values.code not in ordered:
            if successor in chain:
                raise BadCatalogueFile(row.line, f"{row.values.code} is replaced by itself, through other items.")
            chain.append(successor)
        ordered.update((each.values.code, each) for each in reversed(chain))
    return list(ordered.values())
