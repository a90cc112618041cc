"""Strings for the pages of temporary residents' forms: no query, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.foundation.web.filters import day, moment
from portal.records.presenters import spaced
from portal.records.temporary_residents.models import FormDownload, TemporaryForm
from portal.records.temporary_residents.selectors import age_of
from portal.records.temporary_residents.states import UNREAD

# What the sender reads. The same for a form that is with a practice and one whose practice is looked for.
_TO_SENDER = {
    "to_route": ("Sent", "blue"),
    "waiting": ("Sent", "blue"),
    "downloaded": ("Downloaded by the patient's practice", "green"),
    "archived": ("Archived by the patient's practice", "green"),
    "returned": ("Returned: we find the right practice", "orange"),
    "posted": ("Sent on by us on paper", "green"),
    "withdrawn": ("Withdrawn by you", "grey"),
    "refused": ("Not delivered: send it again", "red"),
}
_NEXT_FOR_SENDER = {
    "to_route": "The patient's practice downloads it. We find the practice where nobody knows it.",
    "waiting": "The patient's practice downloads it. We find the practice where nobody knows it.",
    "downloaded": "Nothing. The patient's practice has it.",
    "archived": "Nothing. The patient's practice has it in its own record.",
    "returned": "We find the practice where the patient is registered, and send it on.",
    "posted": "Nothing. We sent it to the patient's practice by post.",
    "withdrawn": "Nothing. Nobody can download it.",
    "refused": "Scan the paper on another device, and send it again.",
}
HEADS_RECEIVED = (
    "Form", "Sent by", "Code", "Came on", "State", "Working days here", "First downloaded", "By", "Archived", "By",
)  # fmt: skip
HEADS_SENT = ("Form", "Sent on", "Sent by", "State", "Since")


@dataclass(frozen=True, kw_only=True)
class ReceivedRow:
    """One form in the list of a practice that has it."""

    reference: str
    number: str
    born_on: date | None
    sender: str
    came_at: datetime | None
    age: int
    state: str
    colour: str
    downloaded: str
    ended: str
    is_unread: bool
    is_checked: bool
    may_archive: bool


def received_rows(forms: Iterable[TemporaryForm]) -> list[ReceivedRow]:
    """The rows of the list."""
    return [received_row(form) for form in forms]


def received_row(form: TemporaryForm) -> ReceivedRow:
    """One form for the practice that has it; the file must be loaded."""
    is_checked = form.file is None or form.file.state == "clean"
    label, colour = (form.state_label, form.state_colour) if is_checked else ("Being checked for viruses", "grey")
    return ReceivedRow(
        reference=form.reference,
        number=spaced(form.nhs_number),
        born_on=form.born_on,
        sender=f"{form.sender.name} ({form.sender.code})",
        came_at=form.arrived_at,
        age=age_of(form),
        state=label,
        colour=colour,
        downloaded=_by(form.downloaded_at, form.downloaded_by_name),
        ended=_by(form.ended_at, form.ended_by_name),
        is_unread=form.state == "waiting",
        is_checked=is_checked,
        may_archive=form.state == "downloaded",
    )


@dataclass(frozen=True, kw_only=True)
class SentRow:
    """One form in the list of the practice that sent it. Where it went is not in it."""

    reference: str
    number: str
    born_on: date | None
    sent_at: datetime
    sent_by: str
    state: str
    colour: str
    since: datetime
    next_step: str
    may_withdraw: bool


def sent_rows(forms: Iterable[TemporaryForm]) -> list[SentRow]:
    """The rows of the list."""
    return [sent_row(form) for form in forms]


def sent_row(form: TemporaryForm) -> SentRow:
    """One form for the practice that sent it."""
    state, colour = _TO_SENDER[form.state]
    return SentRow(
        reference=form.reference,
        number=spaced(form.nhs_number),
        born_on=form.born_on,
        sent_at=form.sent_at,
        sent_by=form.sent_by_name,
        state=state,
        colour=colour,
        # When a practice was found would tell that somebody is registered somewhere.
        since=form.sent_at if state == "Sent" else form.state_since,
        next_step=_NEXT_FOR_SENDER[form.state],
        may_withdraw=form.state in UNREAD,
    )


def sent_facts(form: TemporaryForm) -> list[dict[str, Any]]:
    """The summary for the practice that sent it."""
    row = sent_row(form)
    named = f"{form.named.name} ({form.named.code})" if form.named is not None else "You named none"
    return [
        {"key": "NHS number", "value": row.number or "Deleted"},
        {"key": "Date of birth", "value": day(row.born_on) or "Deleted"},
        {"key": "Sent", "value": _by(form.sent_at, form.sent_by_name)},
        {"key": "Practice that you named", "value": named},
        {"key": "State since", "value": moment(row.since)},
        {"key": "What comes next", "value": row.next_step},
    ]


def received_facts(form: TemporaryForm, downloads: Iterable[FormDownload]) -> list[dict[str, Any]]:
    """The summary for the practice that has it."""
    row = received_row(form)
    return [
        {"key": "NHS number", "value": row.number or "Deleted"},
        {"key": "Date of birth", "value": day(row.born_on) or "Deleted"},
        {"key": "Sent by", "value": row.sender},
        {"key": "Came", "value": moment(row.came_at)},
        {"key": "Why it came to you", "value": form.found_label},
        {"key": "Downloads", "value": _downloads(downloads) or "Nobody has downloaded it"},
        *([{"key": "Archived", "value": row.ended}] if form.ended_at else []),
    ]


def staff_facts(form: TemporaryForm, downloads: Iterable[FormDownload]) -> list[dict[str, Any]]:
    """The summary for the operator."""
    named = f"{form.named.name} ({form.named.code})" if form.named is not None else "None"
    here = form.destination
    rows: list[dict[str, Any]] = [
        {"key": "NHS number", "value": spaced(form.nhs_number) or "Deleted"},
        {"key": "Date of birth", "value": day(form.born_on) or "Deleted"},
        {"key": "Known to the registrations", "value": "Yes" if form.patient_reference else "No"},
        {"key": "Sent by", "value": f"{form.sender.name} ({form.sender.code})"},
        {"key": "Sent", "value": _by(form.sent_at, form.sent_by_name)},
        {"key": "Practice that the sender named", "value": named},
        {"key": "Practice that has it", "value": f"{here.name} ({here.code})" if here else "None"},
        {"key": "How it was found", "value": form.found_label or "It is not found yet"},
        {"key": "To be done by", "value": day(form.due_on) or "Nothing is to be done"},
        {"key": "Opened by", "value": _downloads(downloads) or "Nobody"},
        {"key": "Ended", "value": _by(form.ended_at, form.ended_by_name) or "No"},
    ]
    return [*rows, *([{"key": "Note", "value": form.end_note}] if form.end_note else [])]


def export_received(forms: Iterable[TemporaryForm]) -> Iterator[tuple[Any, ...]]:
    """The list as a file, without anything about patients."""
    for form in forms:
        yield (
            form.reference, form.sender.name, form.sender.code, form.arrived_at, form.state_label, age_of(form),
            form.downloaded_at, form.downloaded_by_name, form.ended_at, form.ended_by_name,
        )  # fmt: skip


def export_sent(forms: Iterable[TemporaryForm]) -> Iterator[tuple[Any, ...]]:
    """The list as a file, without anything about patients or where a form went."""
    for form in forms:
        state = _TO_SENDER[form.state][0]
        yield (
            form.reference, form.sent_at, form.sent_by_name, state,
            form.sent_at if state == "Sent" else form.state_since,
        )  # fmt: skip


def _downloads(downloads: Iterable[FormDownload]) -> list[str]:
    return [_by(each.downloaded_at, each.actor_name) for each in downloads]


def _by(at: datetime | None, name: str) -> str:
    return f"{moment(at)}, {name}" if at else ""
