"""Taking an e-mail apart, within bounds: how many parts, how deep, how much work.

The standard library's parser asks every enclosing part about every line, so that a small e-mail nested
a few hundred deep keeps it busy for minutes. It is given headers only; the parts are found here, each level once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from portal.casework.mail_in.characters import decode_header, decode_text, one_line
from portal.casework.mail_in.message import LARGEST, NAME_LENGTH

MOST_PARTS, DEEPEST = 100, 12
_MOST_WORK = 3 * LARGEST  # bytes looked through for boundaries, all levels together
_HEADER_BYTES, _HEADER_VALUE = 128 * 1024, 4000
_END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\n|\n\r\n|\r\r")


class TooManyParts(Exception):
    """The e-mail is built to be hard work."""


@dataclass(frozen=True)
class Part:
    """One part: its headers and its body, which is still transfer-encoded."""

    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name as it stands, bounded; '' without one."""
        return self.all_headers(name)[0] if name in self.headers else ""

    def all_headers(self, name: str) -> list[str]:
        """Every header of that name, bounded."""
        return [str(value)[:_HEADER_VALUE] for value in self.headers.get_all(name, [])[:20]]

    @property
    def content_type(self) -> str:
        """Such as ``text/plain``, which is also what no or a broken header means."""
        return str(self.headers.get_content_type())

    def parameter(self, name: str, header: str = "content-type") -> str:
        """A parameter of a header, with RFC 2231 and RFC 2047 undone; '' when it is not there or not readable."""
        if len(str(self.headers.get(header, ""))) > _HEADER_VALUE:
            return ""
        try:
            value = self.headers.get_param(name, "", header)
            if isinstance(value, tuple):
                charset, _, text = value
                value = text.encode("latin-1", "replace").decode(charset or "utf-8", "replace")
        except (LookupError, ValueError, TypeError, IndexError):
            return ""
        return decode_header(str(value))

    @property
    def disposition(self) -> str:
        """``inline``, ``attachment`` or ''."""
        return one_line(self.header("content-disposition")).partition(";")[0].strip().lower()

    @property
    def file_name(self) -> str:
        """The name without folders; '' when it has none."""
        name = self.parameter("filename", "content-disposition") or self.parameter("name")
        name = re.split(r"[/\\]", name)[-1].strip(". ")
        return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 8] + name[-8:]


def read_part(raw: bytes) -> Part:
    """Divides headers and body. Headers that never end, or are too many, end somewhere."""
    end = _END_OF_HEADERS.search(raw, 0, _HEADER_BYTES)
    if raw[:1] in (b"\n", b"\r"):
        return Part(Message(), raw.lstrip(b"\r\n"))
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw[:_HEADER_BYTES], raw[_HEADER_BYTES:])
    head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\x00", b"")
    # Each line by itself: programs write bytes that are no ASCII into headers, and not all in one charset.
    lines = [decode_text(line, "utf-8") for line in head.split(b"\n")]
    return Part(HeaderParser().parsestr("\n".join(lines) + "\n\n"), body)


def leaves(whole: Part) -> Iterator[Part]:
    """The parts that are not made of parts, in order. Raises TooManyParts beyond the bounds."""
    waiting, seen, work = [(whole, 0)], 0, 0
    while waiting:
        part, depth = waiting.pop()
        boundary = _boundary(part)
        work += len(part.body) if boundary else 0
        if depth > DEEPEST or work > _MOST_WORK:
            raise TooManyParts
        pieces = _split(part.body, boundary, MOST_PARTS - seen) if boundary else []
        if not pieces:
            yield part
            continue
        seen += len(pieces)
        waiting += [(read_part(piece), depth + 1) for piece in reversed(pieces)]


def _boundary(part: Part) -> bytes:
    if not part.content_type.startswith("multipart/"):
        return b""
    value = part.headers.get_param("boundary", "")
    value = value[2] if isinstance(value, tuple) else value
    return str(value)[:200].rstrip().encode("utf-8", "replace")


def _split(body: bytes, boundary: bytes, most: int) -> list[bytes]:
    """What stands between the lines that are the boundary; the last may lack its end."""
    line = re.compile(rb"(?:\A|\r\n|[\r\n])--" + re.escape(boundary) + rb"(--)?[ \t]{0,200}(?:\r?\n|\r|\Z)")
    pieces: list[bytes] = []
    start = position = 0
    while found := line.search(body, position):
        if start:
            pieces.append(body[start : found.start()])
        if len(pieces) > most:
            raise TooManyParts
        if found[1]:
            return pieces
        start = found.end()
        # The line break after a boundary also stands before the next one, when nothing is between.
        position = max(start - 1, found.start() + 1)
    if start and start < len(body):
        pieces.append(body[start:])
    return pieces
