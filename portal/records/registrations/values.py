"""Single values of registration messages: dates and times, and codes of practices."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# The registers write the time of the wall clock.
_LONDON = ZoneInfo("Europe/London")
_EARLIEST = date(1870, 1, 1)
_DAY = re.compile(r"\d{8}", re.ASCII)
_MINUTE = re.compile(r"\d{12}", re.ASCII)


class WrongValue(ValueError):
    """A value that cannot be what its place says; the sentence is for the reader of the import."""


def day(text: str, what: str) -> date:
    """A day as YYYYMMDD or YYYY-MM-DD. Raises WrongValue; ``what`` names it in the sentence."""
    compact = text.replace("-", "") if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else text
    try:
        if not _DAY.fullmatch(compact):
            raise ValueError
        found = datetime.strptime(compact, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise WrongValue(f"{what} must be a date such as 20261123.") from None
    if found < _EARLIEST:
        raise WrongValue(f"{what} lies before {_EARLIEST.year}.")
    return found


def moment(text: str, what: str) -> datetime:
    """A moment as YYYYMMDDhhmm in London, or in ISO 8601. Raises WrongValue; ``what`` names it in the sentence."""
    try:
        if _MINUTE.fullmatch(text):
            found = datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=_LONDON)
        else:
            found = datetime.fromisoformat(text)
            found = found if found.tzinfo else found.replace(tzinfo=_LONDON)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValue(f"{what} must be a moment such as 202611231435 or 2026-11-23T14:35:00Z.") from None


def practice_code(text: str) -> tuple[str, str]:
    """(practice, doctor) of ``4826940,281``: the code after the comma, and the doctor's GMC number before it."""
    doctor, comma, practice = text.partition(",")
    return (practice.strip().upper(), doctor.strip()) if comma else (text.strip().upper(), "")
