"""Serial numbers as people type them and as the register counts them.

The register counts the sequence: a number without its check digits. Two forms that follow each other on the pad follow
each other there, whatever the check digit is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg.types.range import Int8Range

from portal.foundation.texts import read_table
from portal.serials.check_digits import CheckRule

TABLE = Path(__file__).resolve().parent / "data" / "serials.toml"
MOST_DIGITS = 18


class NotASerial(ValueError):
    """The text is no serial number of this form; the message is a sentence for whoever typed it."""


@dataclass(frozen=True, kw_only=True)
class SerialFormat:
    """``digits`` in all, of which the last ``check_digits`` are dropped; ``check`` is their rule, if known."""

    digits: int
    check_digits: int
    check: CheckRule | None = None

    @property
    def counted(self) -> int:
        """How many digits the register counts by: those before the check digits."""
        return self.digits - self.check_digits

    def sequence(self, typed: str) -> int:
        """The number as the register counts it. Raises NotASerial."""
        text = plain(typed)
        body, last = text[: self.counted], text[self.counted :]
        known = body + (last if self.check is None else "")
        if not (known.isascii() and known.isdigit() and len(text) == self.digits):
            raise NotASerial(f"A serial number has {self.digits} digits. Type it as it is printed on the form.")
        if self.check is not None and last != self.check.letter(body):
            raise NotASerial("The last digit does not fit the others. Look at the number on the form again.")
        return int(body)

    def shown(self, sequence: int) -> str:
        """The sequence with its leading noughts; a dot stands for each check digit whose rule is not known."""
        body = str(sequence).zfill(self.counted)
        return body + ("." * self.check_digits if self.check is None else self.check.letter(body))


@dataclass(frozen=True, kw_only=True)
class SerialPolicy:
    """The whole table."""

    formats: dict[str, SerialFormat]
    ink_days: int
    ink: str

    def format_of(self, item_code: str) -> SerialFormat:
        """What the table says of the item, or of every other. Somebody may have agreed on another: ``formats.py``."""
        return self.formats.get(item_code, self.formats["default"])


@cache
def serial_policy() -> SerialPolicy:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    table = read_table(TABLE)
    if "checks" in table or any("check" in row for row in table.get("formats", {}).values()):
        raise ImproperlyConfigured(
            "serials.toml: a check rule is entered on the page Format and check digit, where a second person agrees."
        )
    try:
        formats = {code: SerialFormat(**row) for code, row in table["formats"].items()}
        policy = SerialPolicy(formats=formats, **table["missing"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"serials.toml is not complete: {error}") from error
    if "default" not in formats or any(
        not 0 <= each.check_digits < each.digits <= MOST_DIGITS for each in formats.values()
    ):
        raise ImproperlyConfigured(f"serials.toml needs a default format; numbers have at most {MOST_DIGITS} digits.")
    return policy


def plain(typed: str) -> str:
    """What was typed without blanks and hyphens, in capitals."""
    return re.sub(r"[\s\-]", "", typed).upper()


def bounds_of(serials: Int8Range) -> tuple[int, int]:
    """The first number, and the one after the last. Raises ValueError for an open range, which the register has not."""
    if serials.lower is None or serials.upper is None:
        raise ValueError("A range of serial numbers has two ends.")
    return serials.lower, serials.upper


def size_of(serials: Int8Range) -> int:
    """How many forms."""
    lower, upper = bounds_of(serials)
    return upper - lower
