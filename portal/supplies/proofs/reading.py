"""Reading a carrier's file line by line: Royal Mail tracking answers as JSON lines, or CSV. Pure, constant memory.

A line of JSON is one answer of the Royal Mail tracking service, version 2: a summary (``mailPieces`` is a list),
events or a signature (``mailPieces`` is one thing). A CSV has the columns ``reference,state,at,received_by,note``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.foundation.texts import read_table

COLUMNS = ("reference", "state", "at", "received_by", "note")
LONGEST_LINE = 200_000  # characters; an answer of the carrier has some thousands
LONGEST_TEXT = 200
UNNAMED = "Not named by the carrier"
_WORDS = Path(__file__).resolve().parents[1] / "data" / "proofs.toml"


class BadProofFile(Exception):
    """The file cannot be used. ``line`` counts from 1; ``reason`` is a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a carrier says of one parcel: ``outcome`` is delivered, failed or moving."""

    line: int
    reference: str
    outcome: str
    at: datetime
    received_by: str = ""
    note: str = ""


@lru_cache
def meanings() -> dict[str, str]:
    """What the carriers' words mean: a table that the operator may replace (ADR 10)."""
    return {str(word).lower(): str(meaning) for word, meaning in read_table(_WORDS)["states"].items()}


def read_proofs(lines: Iterable[bytes]) -> Iterator[Proof]:
    """The proofs of a file, one after the other; no more than a line is held.

    Raises BadProofFile for the first line that is not what it should be.
    """
    numbered = enumerate(lines, start=1)
    for number, raw in numbered:
        text = _text(number, raw)
        if number == 1 and not text.lstrip().startswith("{"):
            _check_heading(text)
            yield from _csv(numbered)
            return
        if text.strip():
            yield from _json(number, text)


def _text(number: int, raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        raise BadProofFile(number, f"The line has more than {LONGEST_LINE:,} bytes.")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise BadProofFile(number, "This is not UTF-8 text.") from error
    if "\x00" in text:
        raise BadProofFile(number, "There is a null character in it.")
    return text


def _check_heading(text: str) -> None:
    if tuple(name.strip().lower() for name in text.strip().split(",")) != COLUMNS:
        raise BadProofFile(1, f"The heading must be {','.join(COLUMNS)}, or each line an answer in JSON.")


def _csv(numbered: Iterator[tuple[int, bytes]]) -> Iterator[Proof]:
    for number, raw in numbered:
        text = _text(number, raw)
        if not text.strip():
            continue
        try:
            rows = list(csv.reader([text], strict=True))
        except csv.Error as error:
            raise BadProofFile(number, f"This is not correct CSV: {error}.") from error
        cells = rows[0] if len(rows) == 1 else []
        if len(cells) != len(COLUMNS):
            raise BadProofFile(number, f"{len(cells)} cells where there should be {len(COLUMNS)}.")
        reference, state, at, received_by, note = (cell.strip() for cell in cells)
        yield _proof(number, reference=reference, state=state, at=at, received_by=received_by, note=note)


def _json(number: int, text: str) -> Iterator[Proof]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadProofFile(number, "This is not correct JSON. Each line must be one whole answer.") from error
    pieces = answer.get("mailPieces") if isinstance(answer, dict) else None
    if isinstance(pieces, dict):
        pieces = [pieces]
    if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
        raise BadProofFile(number, "There is no mailPieces in this answer.")
    for piece in pieces:
        yield _piece(number, piece)


def _piece(number: int, piece: dict[str, Any]) -> Proof:
    """One parcel of an answer. The signature is nested and may be missing; its answer alone has no state."""
    summary, signature = _part(number, piece, "summary"), _part(number, piece, "signature")
    bar_code = _word(number, summary, "oneDBarcode") or _word(number, signature, "oneDBarcode")
    signed_by, signed_at = _word(number, signature, "recipientName"), _word(number, signature, "signatureDateTime")
    state = _word(number, summary, "statusCategory") or ("delivered" if signature else "")
    return _proof(
        number,
        reference=bar_code or _word(number, piece, "mailPieceId"),
        state=state,
        at=signed_at if state.lower() == "delivered" and signed_at else _word(number, summary, "lastEventDateTime"),
        received_by=signed_by,
        note=_word(number, summary, "lastEventName"),
    )


def _part(number: int, whole: dict[str, Any], name: str) -> dict[str, Any]:
    part = whole.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise BadProofFile(number, f"{name} is not what it should be.")
    return part


def _word(number: int, part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    if value is not None and not isinstance(value, str):
        raise BadProofFile(number, f"{name} is not text.")
    return (value or "").strip()


def _proof(number: int, *, reference: str, state: str, at: str, received_by: str, note: str) -> Proof:
    if not reference or len(reference) > LONGEST_TEXT:
        raise BadProofFile(number, "There is no reference of the parcel, or it is too long.")
    outcome = meanings().get(state.lower())
    if outcome is None:
        raise BadProofFile(number, f"Nobody said what the state {state[:40]!r} means. Add it to proofs.toml.")
    return Proof(
        line=number,
        reference=reference,
        outcome=outcome,
        at=_moment(number, at),
        received_by=" ".join(received_by.split())[:LONGEST_TEXT] or (UNNAMED if outcome == "delivered" else ""),
        note=" ".join(note.split())[:LONGEST_TEXT],
    )


def _moment(number: int, text: str) -> datetime:
    """A moment; without an offset it is the operator's local time."""
    try:
        moment = datetime.fromisoformat(text)
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        moment.astimezone(timezone.get_default_timezone())
    except (ValueError, OverflowError) as error:
        raise BadProofFile(
            number, f"{text[:40]!r} is not a date and time such as 2026-11-24T14:30:00+00:00."
        ) from error
    return moment
