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


class NotASerial(ValueError):
    """The text is no serial number of this form; the message is a sentence for whoever typed it."""


@dataclass(frozen=True, kw_only=True)
class SerialFormat:
    """``digits`` in all, of which the last ``check_digits`` are dropped; ``check`` is their rule, if known."""

    digits: int
    check_digits: int
    check: CheckRule | None = None

    def sequence(self, typed: str) -> int:
        """The number as the register counts it. Raises NotASerial."""
        text = re.sub(r"[\s\-]", "", typed).upper()
        body, last = text[: self.digits - self.check_digits], text[self.digits - self.check_digits :]
        known = body + (last if self.check is None else "")
        if not (known.isascii() and known.isdigit() and len(text) == self.digits):
            raise NotASerial(f"A serial number has {self.digits} digits. Type it as it is printed on the form.")
        if self.check is not None and last != self.check.letter(body):
            raise NotASerial("The last digit does not fit the others. Look at the number on the form again.")
        return int(body)

    def shown(self, sequence: int) -> str:
        """The sequence with its leading noughts; a dot stands for each check digit whose rule is not known."""
        body = str(sequence).zfill(self.digits - self.check_digits)
        return body + ("." * self.check_digits if self.check is None else self.check.letter(body))


@dataclass(frozen=True, kw_only=True)
class SerialPolicy:
    """The whole table."""

    formats: dict[str, SerialFormat]
    ink_days: int
    ink: str

    def format_of(self, item_code: str) -> SerialFormat:
        """The item's own format, or the default one."""
        return self.formats.get(item_code, self.formats["default"])


@cache
def serial_policy() -> SerialPolicy:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    table = read_table(TABLE)
    try:
        rules = {name: CheckRule(**row) for name, row in table.get("checks", {}).items()}
        formats = {
            code: SerialFormat(**{**row, "check": rules[row["check"]] if "check" in row else None})
            for code, row in table["formats"].items()
        }
        policy = SerialPolicy(formats=formats, **table["missing"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"serials.toml is not complete: {error}") from error
    if "default" not in formats or any(not 0 <= each.check_digits < each.digits <= 18 for each in formats.values()):
        raise ImproperlyConfigured("serials.toml needs a default format; numbers have at most 18 digits.")
    for each in formats.values():
        if each.check and (each.check_digits != 1 or len(each.check.weights) != each.digits - 1):
            raise ImproperlyConfigured(
                "serials.toml: a checked number has one check digit, and as many weights as others."
            )
    return policy


def range_of(item_code: str, first: str, last: str) -> Int8Range:
    """From the first to the last number, both included. Raises NotASerial for wrong order, too."""
    written = serial_policy().format_of(item_code)
    lower, upper = written.sequence(first), written.sequence(last)
    if upper < lower:
        raise NotASerial("The last number comes before the first. Look at both again.")
    return Int8Range(lower, upper + 1)


def bounds_of(serials: Int8Range) -> tuple[int, int]:
    """The first number, and the one after the last. Raises ValueError for an open range, which the register has not."""
    if serials.lower is None or serials.upper is None:
        raise ValueError("A range of serial numbers has two ends.")
    return serials.lower, serials.upper


def size_of(serials: Int8Range) -> int:
    """How many forms."""
    lower, upper = bounds_of(serials)
    return upper - lower


def shown(item_code: str, serials: Int8Range) -> str:
    """Such as: 0012345678. to 0012345777. (100 forms)."""
    written = serial_policy().format_of(item_code)
    lower, upper = bounds_of(serials)
    if upper - lower == 1:
        return f"{written.shown(lower)} (1 form)"
    return f"{written.shown(lower)} to {written.shown(upper - 1)} ({upper - lower:,} forms)"


def printed(item_code: str, sequence: int) -> str:
    """A number that reads as this sequence; 0 stands for check digits whose rule is not known, and are not read."""
    return serial_policy().format_of(item_code).shown(sequence).replace(".", "0")
