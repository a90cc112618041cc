"""Reading a file in blocks of whole lines, and refusing what is not a text file of records.

Only what can be seen in the bytes is checked here; what the values mean is checked once they are staged.
"""

from __future__ import annotations

import csv
import hashlib
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from portal.organisations.ods_import.refusal import MOST_REJECTIONS, RefusedFile, Rejection, refuse

# Small enough that the database reads one block while the next is checked.
_BLOCK_BYTES = 128 * 1024
LONGEST_LINE = 64 * 1024
_CONTROLS = bytes(sorted({*range(32), 127} - {9, 10}))  # all but tab and newline
_MARKS = {
    b"PK\x03\x04": "This is a zip archive. Unpack it and import the file inside.",
    b"\x1f\x8b": "This is a compressed file. Unpack it and import the file inside.",
    b"\xff\xfe": "This is UTF-16 text. Save it as UTF-8.",
    b"\xfe\xff": "This is UTF-16 text. Save it as UTF-8.",
    b"%PDF": "This is a PDF. Import the CSV file instead.",
}


class ReleaseFile:
    """One file on disk, read once as a stream. ``rows`` and ``sha256`` are known when it has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The checksum of what has been read."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines, each line ending in a newline. Raises RefusedFile naming the line."""
        with _opened(self.path) as file:
            for block in _whole_lines(file, self):
                self._digest.update(block)
                if self.rows == 0:
                    block = _without_marks(block)
                block = block.replace(b"\r\n", b"\n")
                if not block.endswith(b"\n"):  # only the last block
                    block += b"\n"
                lines = block.split(b"\n")
                self._check(block, lines)
                self.rows += len(lines) - 1
                yield block
        if self.rows == 0:
            raise refuse(_EMPTY)

    def _check(self, block: bytes, lines: list[bytes]) -> None:
        """Cheap checks of a whole block first; only a block that fails is looked at line by line."""
        try:
            block.decode()
        except UnicodeDecodeError as error:
            line = self.rows + 1 + block.count(b"\n", 0, error.start)
            raise refuse("The line holds bytes that are not UTF-8 text.", line=line) from None
        if len(block.translate(None, _CONTROLS)) != len(block):
            raise self._first(lines, lambda line: line.translate(None, _CONTROLS) != line, _control_sentence)
        if max(map(len, lines)) > LONGEST_LINE:
            raise self._first(lines, lambda line: len(line) > LONGEST_LINE, lambda line: _too_long())
        if any([line.count(b'"') & 1 for line in lines]):  # noqa: C419  the list is faster than a generator
            raise self._first(lines, lambda line: line.count(b'"') % 2 == 1, lambda line: _OPEN_QUOTE)

    def _first(
        self, lines: list[bytes], is_wrong: Callable[[bytes], bool], sentence: Callable[[bytes], str]
    ) -> RefusedFile:
        number, line = next((number, line) for number, line in enumerate(lines, self.rows + 1) if is_wrong(line))
        return refuse(sentence(line), line=number)


def columns_of(path: Path) -> int:
    """How many fields the first line has. Raises RefusedFile when it is not text."""
    for block in ReleaseFile(path).blocks():
        return len(next(csv.reader([block.split(b"\n", 1)[0].decode()])))
    raise refuse(_EMPTY)


def explain(path: Path, columns: int) -> RefusedFile | None:
    """Looks at every line for what stopped the database from reading it; None when all lines are well-formed."""
    rejections = []
    file = ReleaseFile(path)
    number = 0
    for block in file.blocks():
        for line in block.splitlines():
            number += 1
            if sentence := _what_is_wrong(line.decode(), columns):
                rejections.append(Rejection(number, sentence))
        if len(rejections) >= MOST_REJECTIONS:
            break
    return RefusedFile(*rejections) if rejections else None


def _what_is_wrong(line: str, columns: int) -> str:
    if not line.strip():
        return "The line is empty."
    try:
        found = len(next(csv.reader([line], strict=True)))
    except csv.Error:
        return "A quotation mark stands where none may stand."
    if found != columns:
        return f"The line has {found} {'column' if found == 1 else 'columns'}; the file's first line has {columns}."
    return ""


_EMPTY = "The file is empty."
_OPEN_QUOTE = "A quotation mark is opened and not closed on the same line."


def _too_long() -> str:
    return f"The line is longer than {LONGEST_LINE:,} bytes."


def _control_sentence(line: bytes) -> str:
    found = next(byte for byte in line if bytes([byte]) in _CONTROLS)
    name = {0: "a NUL byte", 13: "a stray carriage return"}.get(found, f"the control character {found:#04x}")
    return f"The line holds {name}; this is not a text file of records."


def _opened(path: Path) -> BinaryIO:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise refuse(f"{path} is not a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise refuse(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(f"{path} cannot be read: {reason}.") from None


def _whole_lines(file: BinaryIO, progress: ReleaseFile) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        if not block.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
            if len(rest) > LONGEST_LINE:
                raise refuse(_too_long(), line=progress.rows + block.count(b"\n") + 1)
            block += rest
        if file.peek(1) == b"":  # type: ignore[attr-defined]
            block = block.rstrip(b"\r\n") + b"\n"  # empty lines at the very end say nothing
            if block == b"\n":
                return
        yield block


def _without_marks(block: bytes) -> bytes:
    for mark, sentence in _MARKS.items():
        if block.startswith(mark):
            raise refuse(sentence)
    return block.removeprefix(b"\xef\xbb\xbf")
