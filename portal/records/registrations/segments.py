"""Cutting an EDIFACT file into segments, one at a time, so that one bad segment does not take the rest along.

pydifact reads what is inside a segment: components, and what ``?`` releases. It is given one segment at a time
for three reasons seen in its source: it stops at the first fault, it reads a whole file into memory, and it
looks for a new ``UNA`` after any apostrophe, a released one included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from portal.records.registrations.incoming import Rejection

LONGEST_SEGMENT = 4_000
_BLOCK_BYTES = 64 * 1024
_ADVICE_LENGTH = 9  # UNA and six characters
_SEPARATORS = 4  # component, element, release, terminator: no two may be the same
_BLANKS = b" \r\n\t"

Element = list[str]


@dataclass(frozen=True)
class Segment:
    """One segment: its tag and its elements, each a list of components. ``number`` counts from 1 in the file."""

    number: int
    tag: str
    elements: list[Element]

    def value(self, element: int, component: int = 0) -> str:
        """One component without spaces around it; '' where the segment is shorter."""
        try:
            return self.elements[element][component].strip()
        except IndexError:
            return ""

    @property
    def position(self) -> str:
        """How a reader finds it."""
        return f"segment {self.number}"


def segments_of(file: BinaryIO) -> Iterator[Segment | Rejection]:
    """The segments of a file in order, and a rejection for each that cannot be read. Holds one at a time."""
    head = file.read(_ADVICE_LENGTH)
    characters = Characters()
    if head.startswith(b"UNA"):
        found = _advice(head)
        if found is None:
            yield Rejection("segment 1", "The service string advice (UNA) does not name distinct characters.")
            return
        characters, head = found, b""
    for number, text in enumerate(_cut(head, file, characters), 1):
        yield _read(number, text, characters)


def _advice(head: bytes) -> Characters | None:
    text = head.decode("latin-1")
    if len(text) < _ADVICE_LENGTH or not text.isascii() or not text.isprintable():
        return None
    characters = Characters.from_str(text)
    separators = {
        characters.component_separator,
        characters.data_separator,
        characters.escape_character,
        characters.segment_terminator,
    }
    is_usable = len(separators) == _SEPARATORS and not any(each.isalnum() or each.isspace() for each in separators)
    return characters if is_usable else None


def _cut(head: bytes, file: BinaryIO, characters: Characters) -> Iterator[bytes | str]:
    """The bytes of each segment without its terminator, or a sentence for one that has none or is too long."""
    release, end = ord(characters.escape_character), ord(characters.segment_terminator)
    segment = bytearray()
    is_released = is_too_long = False
    block = head + file.read(_BLOCK_BYTES)
    while block:
        for byte in block:
            if byte == end and not is_released:
                yield _TOO_LONG if is_too_long else bytes(segment)
                segment.clear()
                is_too_long = False
                continue
            is_released = byte == release and not is_released
            if len(segment) >= LONGEST_SEGMENT:
                is_too_long = True
            elif segment or byte not in _BLANKS:
                segment.append(byte)
        block = file.read(_BLOCK_BYTES)
    if segment:
        yield "The file ends inside a segment: it was cut off."


_TOO_LONG = f"The segment is longer than {LONGEST_SEGMENT:,} bytes."


def _read(number: int, text: bytes | str, characters: Characters) -> Segment | Rejection:
    position = f"segment {number}"
    if isinstance(text, str):
        return Rejection(position, text)
    if any(byte < ord(" ") and byte not in _BLANKS for byte in text):
        return Rejection(position, "The segment holds control characters; this is not EDIFACT text.")
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")  # UNOC, which the registers used for names with accents
    decoded = decoded.replace("\r", "").replace("\n", "")
    try:
        tokens = Tokenizer().get_tokens(decoded + characters.segment_terminator, characters)
        raw = next(Parser().convert_tokens_to_raw_segments(tokens))
    except (EDISyntaxError, StopIteration, AssertionError, TypeError):
        return Rejection(position, "The segment cannot be read as EDIFACT.")
    tag, *elements = [each if isinstance(each, list) else [each] for each in raw]
    if not (len(tag[0]) == len("UNB") and tag[0].isascii() and tag[0].isalnum()):
        return Rejection(position, "The segment does not begin with a tag of three letters or digits.")
    return Segment(number, tag[0].upper(), elements)
