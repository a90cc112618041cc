"""How the numbers of each form are written: what two people agreed on, or else the table ``serials.toml``.

Numbers that are in the register stay as they were taken in: they are read and shown by the rule of their receipt. So a
new rule, right or wrong, stops nothing that lies on a shelf.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property

from psycopg.types.range import Int8Range

from portal.serials.models import SerialReceipt, SerialRule
from portal.serials.numbers import NotASerial, SerialFormat, bounds_of, plain, serial_policy

_Taken = list[tuple[int, int, SerialFormat]]


class Formats:
    """The formats of all forms, read once by what needs them for many numbers: one query, two where rules are."""

    def now(self, item_code: str) -> SerialFormat:
        """How the next numbers of the form are written."""
        rule = self._in_force.get(item_code)
        return serial_policy().format_of(item_code) if rule is None else rule.written

    def of(self, item_code: str, sequence: int) -> SerialFormat:
        """How this number is written: as its receipt says, where it came in under another rule."""
        taken = self._taken.get(item_code, [])
        at = bisect_right(taken, sequence, key=lambda each: each[0]) - 1
        if at >= 0 and taken[at][0] <= sequence < taken[at][1]:
            return taken[at][2]
        return self.now(item_code)

    def sequence(self, item_code: str, typed: str) -> int:
        """The number as the register counts it. Raises NotASerial."""
        body = plain(typed)[: self.now(item_code).counted]
        known = body.isascii() and body.isdigit()
        return (self.of(item_code, int(body)) if known else self.now(item_code)).sequence(typed)

    def range_of(self, item_code: str, first: str, last: str) -> Int8Range:
        """From the first to the last number, both included. Raises NotASerial for wrong order, too."""
        lower, upper = self.sequence(item_code, first), self.sequence(item_code, last)
        if upper < lower:
            raise NotASerial("The last number comes before the first. Look at both again.")
        return Int8Range(lower, upper + 1)

    def shown(self, item_code: str, serials: Int8Range) -> str:
        """Such as: 0012345678. to 0012345777. (100 forms)."""
        lower, upper = bounds_of(serials)
        if upper - lower == 1:
            return f"{self._one(item_code, lower)} (1 form)"
        return f"{self._one(item_code, lower)} to {self._one(item_code, upper - 1)} ({upper - lower:,} forms)"

    def printed(self, item_code: str, sequence: int) -> str:
        """A number that reads as this sequence; 0 stands for check digits whose rule is not known, and are not read."""
        return self._one(item_code, sequence).replace(".", "0")

    def _one(self, item_code: str, sequence: int) -> str:
        return self.of(item_code, sequence).shown(sequence)

    @cached_property
    def _in_force(self) -> dict[str, SerialRule]:
        rows = SerialRule.objects.filter(state="in_force").select_related("item")
        return {row.item.code: row for row in rows}

    @cached_property
    def _taken(self) -> dict[str, _Taken]:
        """By form, in order: what came in under another rule than today's. Without a rule of today, nothing did."""
        if not self._in_force:
            return {}
        rules = list(self._in_force.values())
        found: dict[str, _Taken] = defaultdict(list)
        receipts = SerialReceipt.objects.filter(item__in=[rule.item_id for rule in rules]).exclude(rule__in=rules)
        for receipt in receipts.select_related("rule", "item").order_by("item_id", "serials"):
            code = receipt.item.code
            written = receipt.rule.written if receipt.rule else serial_policy().format_of(code)
            found[code].append((*bounds_of(receipt.serials), written))
        return found


def shown(item_code: str, serials: Int8Range) -> str:
    """One range in words; for many use ``Formats``."""
    return Formats().shown(item_code, serials)


def printed(item_code: str, sequence: int) -> str:
    """One number as it is printed; for many use ``Formats``."""
    return Formats().printed(item_code, sequence)
