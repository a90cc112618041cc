"""NHAIS EDIFACT: the messages of GP Links (FHSREG) and their receipts (RECEP), message after message.

A message is kept until its trailer has confirmed it, so that a cut-off message moves nothing. Within it, a bad
transaction is rejected alone: everything up to the next ``S01`` goes with it, the transactions after it are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.records.registrations.building import build
from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.segments import Segment, segments_of
from portal.records.registrations.transactions import Context, receipts_of, transactions_of
from portal.records.registrations.values import WrongValue

MOST_SEGMENTS = 20_000
_TYPES = {"FHSREG", "RECEP"}


@dataclass
class _Message:
    number: int
    header: Segment
    segments: list[Segment | Rejection] = field(default_factory=list)

    @property
    def position(self) -> str:
        return f"segment {self.header.number} (message {self.number})"


class _Interchange:
    """Where the reader is: between messages, or inside one."""

    def __init__(self) -> None:
        self.header: Segment | None = None
        self.message: _Message | None = None
        self.messages = 0
        self.was_closed = True
        self.said_no_header = False

    def take(self, segment: Segment | Rejection) -> Iterator[Registration | Rejection]:
        """What one more segment completes."""
        if isinstance(segment, Segment) and segment.tag in _ENVELOPE:
            yield from _ENVELOPE[segment.tag](self, segment)
        elif self.message is not None:
            self.message.segments.append(segment)
            if len(self.message.segments) > MOST_SEGMENTS:
                yield Rejection(self.message.position, f"The message has more than {MOST_SEGMENTS:,} segments.")
                self.message = None
        elif isinstance(segment, Rejection):
            yield segment
        elif self.header is None:
            yield from self._no_header(segment)

    def _no_header(self, segment: Segment) -> Iterator[Rejection]:
        if not self.said_no_header:
            self.said_no_header = True
            yield Rejection(
                segment.position, "There is no good interchange header (UNB) before this: nothing is taken."
            )

    def _begin(self, segment: Segment) -> Iterator[Rejection]:
        yield from self.cut_off()
        self.header, self.messages, self.was_closed = segment, 0, False
        if not (segment.value(1) and segment.value(2) and segment.value(4)):
            self.header, self.said_no_header = None, True  # said here, so not again for each message
            yield Rejection(segment.position, "The interchange header (UNB) lacks its sender, recipient or reference.")

    def _begin_message(self, segment: Segment) -> Iterator[Rejection]:
        yield from self.cut_off_message()
        self.messages += 1
        if self.header is None:
            yield from self._no_header(segment)
            return
        self.message = _Message(self.messages, segment)

    def _end_message(self, segment: Segment) -> Iterator[Registration | Rejection]:
        message, self.message = self.message, None
        if message is None or self.header is None:
            if self.header is not None:
                yield Rejection(segment.position, "The message trailer (UNT) ends no message.")
            return
        yield from _read_message(self.header, message, segment)

    def _end(self, segment: Segment) -> Iterator[Rejection]:
        yield from self.cut_off_message()
        if self.header is not None:
            if segment.value(1) != self.header.value(4):
                yield Rejection(segment.position, "The trailer (UNZ) names another interchange than the header.")
            elif segment.value(0) != str(self.messages):
                yield Rejection(
                    segment.position,
                    f"The trailer (UNZ) counts other messages than the {self.messages} found. Ask for a new copy.",
                )
        self.header, self.was_closed = None, True
        self.said_no_header = False

    def cut_off_message(self) -> Iterator[Rejection]:
        """The message that has no trailer, if there is one."""
        if self.message is not None:
            yield Rejection(
                self.message.position, "The message has no trailer (UNT): it was cut off. Nothing is taken."
            )
            self.message = None

    def cut_off(self) -> Iterator[Rejection]:
        """What is still open at the end of the file, or where a new interchange begins."""
        yield from self.cut_off_message()
        if not self.was_closed and self.header is not None:
            yield Rejection(
                self.header.position,
                "The interchange has no trailer (UNZ): the file was cut off. What came before the end is taken.",
            )


_ENVELOPE = {
    "UNB": _Interchange._begin,
    "UNH": _Interchange._begin_message,
    "UNT": _Interchange._end_message,
    "UNZ": _Interchange._end,
}


def read_edifact(file: BinaryIO) -> Iterator[Registration | Rejection]:
    """The transactions of a file in its order, and what is rejected. Holds one message at a time."""
    interchange = _Interchange()
    for segment in segments_of(file):
        yield from interchange.take(segment)
    yield from interchange.cut_off()


def _read_message(header: Segment, message: _Message, trailer: Segment) -> Iterator[Registration | Rejection]:
    kind = message.header.value(1)
    if kind not in _TYPES:
        yield Rejection(
            message.position, "The message is neither a registration message (FHSREG) nor a receipt (RECEP)."
        )
        return
    if trailer.value(1) != message.header.value(0):
        yield Rejection(message.position, "The header and the trailer of the message have different references.")
        return
    found = str(len(message.segments) + 2)
    # A receipt moves no record, and the real ones do not always count right: one of the samples says 10 for 8.
    if kind == "FHSREG" and trailer.value(0).lstrip("0") != found:
        yield Rejection(
            message.position, f"The trailer counts other segments than the {found} found: the message is incomplete."
        )
        return
    context = Context(
        sender=header.value(1), recipient=header.value(2), message=message.header.value(0), number=message.number
    )
    reader = transactions_of if kind == "FHSREG" else receipts_of
    for texts in reader(context, message.segments, message.position):
        if isinstance(texts, Rejection):
            yield texts
            continue
        position = texts.pop("position")
        try:
            yield build(texts, position, is_numbered_link=True)
        except WrongValue as error:
            yield Rejection(position, str(error))
