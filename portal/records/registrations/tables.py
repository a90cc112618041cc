"""Registration events as CSV, line by line, and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from portal.records.registrations.building import TEXTS, build
from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.values import WrongValue

LONGEST_LINE = 16 * 1024
MOST_JSON_BYTES = 32 * 1024 * 1024
_NEEDED = ("kind", "reference", "practice")


def read_csv(file: BinaryIO) -> Iterator[Registration | Rejection]:
    """The rows of a CSV file whose first line names the columns. Holds one line; an event is one line.

    Lines are read one by one, because a quotation mark that is never closed would otherwise swallow the file.
    """
    columns: list[str] = []
    for number, line in _lines(file):
        position = f"line {number}"
        cells = line if isinstance(line, str) else _cells(line)
        if isinstance(cells, str):
            yield Rejection(position, cells)
            if not columns:
                return
        elif not columns:
            columns = [cell.strip().lower().replace(" ", "_") for cell in cells]
            if wrong := _what_is_wrong(columns):
                yield Rejection(position, wrong)
                return
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) != len(columns):
            yield Rejection(position, f"The line has {len(cells)} values; the first line names {len(columns)} columns.")
        else:
            yield _built(dict(zip(columns, cells, strict=True)), position)
    if not columns:
        yield Rejection("line 1", "The file is empty.")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | str]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE + 1)
            yield number, f"The line is longer than {LONGEST_LINE:,} bytes."
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _cells(line: bytes) -> list[str] | str:
    try:
        return next(csv.reader([line.decode().rstrip("\r\n")], strict=True))
    except UnicodeDecodeError:
        return "The line holds bytes that are not UTF-8 text."
    except csv.Error:
        return "A quotation mark is opened and not closed on the line, or stands inside a value."


def _what_is_wrong(columns: list[str]) -> str:
    if missing := [name for name in _NEEDED if name not in columns]:
        return f"The first line must name the columns; these are missing: {', '.join(missing)}."
    if unknown := [name for name in columns if name not in TEXTS]:
        return f"Column {columns.index(unknown[0]) + 1} is not known. Columns are: {', '.join(TEXTS)}."
    if len(set(columns)) != len(columns):
        return "A column is named twice."
    return ""


def read_json(file: BinaryIO) -> Iterator[Registration | Rejection]:
    """The items of a JSON list, of ``{"events": [...]}``, or one event alone; ours, or the notification service's."""
    content = file.read(MOST_JSON_BYTES + 1)
    if len(content) > MOST_JSON_BYTES:
        yield Rejection("file", f"JSON files may have {MOST_JSON_BYTES // 1024 // 1024} MB. Send a CSV file instead.")
        return
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        yield Rejection(f"line {error.lineno}", "This is not JSON from here on.")
        return
    except (UnicodeDecodeError, ValueError, RecursionError):
        yield Rejection("file", "This is not JSON that can be read: it is no UTF-8 text, or nested too deeply.")
        return
    if isinstance(found, dict) and isinstance(found.get("events"), list):
        found = found["events"]
    for number, item in enumerate(found if isinstance(found, list) else [found], 1):
        yield event_of(item, f"item {number}")


def event_of(item: Any, position: str) -> Registration | Rejection:
    """One item of JSON as an event."""
    if not isinstance(item, dict):
        return Rejection(position, "The item is not an object.")
    if "subject" in item:
        item = _notification(item)
    if unknown := sorted(set(map(str, item)) - set(TEXTS)):
        return Rejection(position, f"The key {unknown[0][:40]!r} is not known. Keys are: {', '.join(TEXTS)}.")
    texts = {}
    for name, value in item.items():
        if isinstance(value, bool) or not (value is None or isinstance(value, str | int | list)):
            return Rejection(position, f"The value of {name} must be a text.")
        if isinstance(value, list):
            if name != "address" or not all(isinstance(line, str) for line in value):
                return Rejection(position, f"The value of {name} must be a text.")
            value = "\n".join(value)
        texts[name] = "" if value is None else str(value)
    return _built(texts, position)


def _notification(item: dict[str, Any]) -> dict[str, Any]:
    """A change of practice as the Multicast Notification Service sends it; its link to the patient is not kept."""
    subject, source = _object(item, "subject"), _object(item, "source")
    identifier = _object(source, "identifier")
    return {
        "kind": item.get("type"),
        "reference": item.get("id"),
        "sent_at": item.get("time"),
        "practice": identifier.get("value"),
        "nhs_number": subject.get("nhsNumber"),
        "family_name": subject.get("familyName"),
        "names": subject.get("givenName"),
        "born_on": subject.get("dob"),
    }


def _object(item: dict[str, Any], key: str) -> dict[str, Any]:
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _built(texts: dict[str, str], position: str) -> Registration | Rejection:
    if texts.get("address"):
        texts["address"] = texts["address"].replace(" / ", "\n")
    try:
        return build(texts, position)
    except WrongValue as error:
        return Rejection(position, str(error))


def _no_constant(name: str) -> Any:
    raise ValueError(name)
