"""The outcome of an import as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.foundation.web.filters import day
from portal.organisations.ods_import.outcome import Difference, FileOutcome
from portal.organisations.ods_import.state import FIELD_LABELS

_SIGNS = {"created": "+", "changed": "~", "closed": "x", "reopened": "o", "history": "h"}
_VERBS = {
    "created": "would be created",
    "changed": "would change",
    "closed": "would close",
    "reopened": "would reopen",
    "history": "would gain a period of history",
}


def report(outcome: FileOutcome, *, dry_run: bool = False) -> Iterator[str]:
    """The lines to print for one file."""
    if outcome.is_refused:
        yield f"{outcome.file}: refused. Nothing of it was imported."
        for rejection in outcome.rejected:
            where = f"line {rejection.line}: " if rejection.line else ""
            yield f"  {where}{rejection.reason}"
        return
    released = f", released {_shown(outcome.released_on)}" if outcome.released_on else ""
    yield f"{outcome.file}: {outcome.layout}{released}"
    yield (
        f"  {outcome.read:,} read: {outcome.created:,} created, {outcome.changed:,} changed, {outcome.closed:,} closed,"
        f" {outcome.reopened:,} reopened, {outcome.unchanged:,} unchanged" + (" (dry run)" if dry_run else "")
    )
    if dry_run:
        yield from _differences(outcome)


def _differences(outcome: FileOutcome) -> Iterator[str]:
    for verb, sign in _SIGNS.items():
        if found := [difference for difference in outcome.differences if difference.verb == verb]:
            yield f"  {sign} {_VERBS[verb]}, for example:"
            yield from (f"    {_line(difference)}" for difference in found)
    if not outcome.differences:
        yield "  Nothing would change."


def _line(difference: Difference) -> str:
    fields = "; ".join(
        f"{FIELD_LABELS[name].lower()}: {_shown(old)} -> {_shown(new)}" for name, old, new in difference.fields
    )
    return f"{difference.code} {difference.name}" + (f" ({fields})" if fields else "")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "nothing"
    if isinstance(value, date):
        return day(value)
    return "nothing" if value in ("", None) else str(value)
