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

from portal.organisations.ods_import.refusal import MOST_REJECTIONS, RefusedFile, Rejection, printable, refuse

# Small enough that the database reads one block while the next is checked.
_BLOCK_BYTES = 128 * 1024
LONGEST_LINE = 64 * 1024
_POSTCODE = 9  # the tenth of the 27 columns; the six-column file has none
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

    def __init__(self, path: Path, columns: int = 0) -> None:
        self.path = path
        self.columns = columns
        self.rows = 0
        self.digest = hashlib.sha256()
        self._is_quoted = False

    @property
    def sha256(self) -> str:
        """The checksum of what has been read."""
        return self.digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines, without stray spaces. Raises RefusedFile naming the line."""
        with _opened(self.path) as file:
            for block in _whole_lines(file, self):
                if self.rows == 0:
                    block = _without_marks(block)
                    self._is_quoted = block.split(b"\n", 1)[0].count(b'"') == 2 * self.columns
                if b"\r" in block:
                    block = block.replace(b"\r\n", b"\n")
                if not block.endswith(b"\n"):  # only the last block
                    block += b"\n"
                self._check(block)
                rows = block.count(b"\n")
                if not self._is_quoted or b'" ' in block or b' "' in block:
                    block = b"\n".join([*map(self._trimmed, block.split(b"\n")[:-1]), b""])
                self.rows += rows
                yield block
        if self.rows == 0:
            raise refuse(_EMPTY)

    def _check(self, block: bytes) -> None:
        """Cheap checks of a whole block first; only a block that fails is looked at line by line."""
        try:
            if not block.isascii():
                block.decode()
        except UnicodeDecodeError as error:
            line = self.rows + 1 + block.count(b"\n", 0, error.start)
            raise refuse("The line holds bytes that are not UTF-8 text.", line=line) from None
        if len(block.translate(None, _CONTROLS)) != len(block):
            raise self._first(block, lambda line: line.translate(None, _CONTROLS) != line, _control_sentence)
        half = LONGEST_LINE // 2
        # A line that is too long covers half its limit without a newline somewhere; only then measure lines.
        if any(block.find(b"\n", start, start + half) < 0 for start in range(0, len(block), half)) and (
            max(map(len, block.split(b"\n"))) > LONGEST_LINE
        ):
            raise self._first(block, lambda line: len(line) > LONGEST_LINE, lambda line: _too_long())

    def _trimmed(self, line: bytes) -> bytes:
        """The line without the spaces around its fields; only the postcode keeps them, which make it malformed.

        Some twenty fields of a release have such spaces (hazard 10). Looking for them in whole blocks and
        writing those lines anew costs less than trimming every field of every row in SQL.
        """
        if self._is_quoted and b'" ' not in line and b' "' not in line:
            return line
        try:
            fields = next(csv.reader([line.decode()], strict=True), [])
        except csv.Error:
            return line  # the database refuses it, and ``explain`` says why
        if len(fields) != self.columns:
            return line
        trimmed = [field if place == _POSTCODE else field.strip() for place, field in enumerate(fields)]
        return ",".join('"' + field.replace('"', '""') + '"' for field in trimmed).encode()

    def _first(self, block: bytes, is_wrong: Callable[[bytes], bool], sentence: Callable[[bytes], str]) -> RefusedFile:
        lines = enumerate(block.split(b"\n"), self.rows + 1)
        number, line = next((number, line) for number, line in lines if is_wrong(line))
        return refuse(sentence(line), line=number)


def columns_of(path: Path) -> int:
    """How many fields the first line has. Raises RefusedFile when it is not text."""
    for block in ReleaseFile(path).blocks():
        return len(next(csv.reader([block.split(b"\n", 1)[0].decode()])))
    raise refuse(_EMPTY)


def explain(path: Path, columns: int) -> RefusedFile | None:
    """Looks at every line for what stopped the database from reading it; None when all lines are well-formed."""
    rejections = []
    number = 0
    for block in ReleaseFile(path, columns).blocks():
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
        return _OPEN_QUOTE if line.count('"') % 2 else "A quotation mark stands inside a field."
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
            raise refuse(f"{printable(path)} is not a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise refuse(f"There is no file {printable(path)}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(f"{printable(path)} cannot be read: {reason}.") from None


def _whole_lines(file: BinaryIO, progress: ReleaseFile) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        if not block.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
            if len(rest) > LONGEST_LINE:
                raise refuse(_too_long(), line=progress.rows + block.count(b"\n") + 1)
            block += rest
        progress.digest.update(block)
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
