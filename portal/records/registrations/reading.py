"""Which form a file has, by its first bytes, and its events."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.records.registrations.edifact import read_edifact
from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.tables import read_csv, read_json

_ENOUGH = 64
_FOREIGN = {
    b"PK\x03\x04": "This is a zip archive or a spreadsheet. Unpack it, or save it as CSV.",
    b"\x1f\x8b": "This is a compressed file. Unpack it first.",
    b"\xff\xfe": "This is UTF-16 text. Save it as UTF-8.",
    b"\xfe\xff": "This is UTF-16 text. Save it as UTF-8.",
    b"%PDF": "This is a PDF. Registration events come as CSV, JSON or EDIFACT.",
    b"<": "This is XML or a web page. Registration events come as CSV, JSON or EDIFACT.",
}


def read_registrations(path: Path) -> Iterator[Registration | Rejection]:
    """Everything in a file, in its order: what can be taken and what is rejected. Never raises for its content."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Rejection("file", "This is not a file.")
            return
        with path.open("rb") as file:
            yield from read_stream(file)
    except FileNotFoundError:
        yield Rejection("file", "There is no such file.")
    except (OSError, ValueError) as error:
        yield Rejection(
            "file", f"The file cannot be read: {getattr(error, 'strerror', None) or 'its name is no name'}."
        )


def read_stream(file: BinaryIO) -> Iterator[Registration | Rejection]:
    """The same for an open file that can go back to its start."""
    start = file.read(_ENOUGH)
    file.seek(0)
    for mark, sentence in _FOREIGN.items():
        if start.startswith(mark):
            yield Rejection("file", sentence)
            return
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith((b"UNA", b"UNB", b"UNH")):
        file.seek(start.index(first[:3]))
        yield from read_edifact(file)
    elif first.startswith((b"{", b"[")):
        yield from read_json(file)
    else:
        yield from read_csv(file)
