"""How values are written on pages: the NHS style for dates, times and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils import timezone

from portal.foundation.web.forms import error_list, has_errors

# Control characters, line separators, and marks that turn the direction of writing or join words unseen.
_NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BEGINS_A_LINK = re.compile(r"([.@:\u3002\uff0e\uff61])(?=[^\W\d_]|/)")


def day(value: date | datetime | None) -> str:
    """3 November 2026; a moment is shown in local time; '' for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.day} {value:%B %Y}"


def weekday(value: date | None) -> str:
    """Tuesday 3 November 2026."""
    return "" if value is None else f"{value:%A} {day(value)}"


def moment(value: datetime | None) -> str:
    """3 November 2026 at 2:05pm; midday and midnight in words."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local.date())} at {clock(local)}"


def clock(local: datetime) -> str:
    """2:05pm, 2pm, midday, midnight."""
    if local.minute == 0 and local.hour in (0, 12):
        return "midnight" if local.hour == 0 else "midday"
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{hour}{half}" if local.minute == 0 else f"{hour}:{local.minute:02}{half}"


def number(value: int | None) -> str:
    """12,345."""
    return "" if value is None else f"{value:,}"


def count(value: int, singular: str, plural: str = "") -> str:
    """1 pad, 2 pads, 0 pads; give ``plural`` where adding an s is wrong."""
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}"


def groupby_in_order(options: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same ``attribute`` together, in the order given (Jinja's own ``groupby`` sorts)."""
    return [(key, list(group)) for key, group in groupby(options, key=attrgetter(attribute))]


def one_line(text: str, length: int = 120) -> str:
    """Somebody's words made safe for a plain-text e-mail: one line, not too long, nothing that becomes a link.

    A dot or an at-sign between letters gets a blank after it: e-mail programs make links of "evil.example" and
    of addresses, and a link in our e-mail looks like ours (trust 2.6).
    """
    flat = " ".join(_NOT_PRINTED.sub(" ", text).split())
    return _BEGINS_A_LINK.sub(r"\1 ", flat)[:length]


FILTERS: dict[str, Any] = {
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "number": number,
    "count": count,
    "one_line": one_line,
    "groupby_in_order": groupby_in_order,
    "error_list": error_list,
    "has_errors": has_errors,
}
