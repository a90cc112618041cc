"""Rows of the files that a site takes of its own lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from portal.supplies.models import FavouriteList, StandingDate, StandingOrder

FAVOURITE_HEADS = ("List", "Item code", "Item", "Packs", "Saved by", "Saved")
STANDING_HEADS = (
    "Standing order", "Name", "State", "Every weeks", "Day of month", "First day", "Last day", "Next date",
    "Orders in the name of", "Item code", "Item", "Packs",
)  # fmt: skip
DATE_HEADS = ("Standing order", "Name", "Date", "What happened", "Order", "Reason", "Tries")


def favourite_rows(lists: Iterable[FavouriteList]) -> Iterator[list[Any]]:
    """One row an item of a list."""
    for each in lists:
        for line in each.lines.all():
            yield [
                each.name, line.item.code, line.item.name, line.quantity, each.created_by_name, each.created_at,
            ]  # fmt: skip


def standing_rows(orders: Iterable[StandingOrder]) -> Iterator[list[Any]]:
    """One row an item of a standing order."""
    for each in orders:
        for line in each.lines.all():
            yield [
                each.reference, each.name, each.state_label, each.every_weeks, each.day_of_month, each.first_on,
                each.ends_on, each.next_on, each.owner_name, line.item.code, line.item.name, line.quantity,
            ]  # fmt: skip


def date_rows(dates: Iterable[StandingDate]) -> Iterator[list[Any]]:
    """One row a date of which something is known."""
    for each in dates:
        yield [
            each.standing.reference, each.standing.name, each.due_on, each.get_outcome_display(),
            each.order.reference if each.order else "", each.reason, each.tries,
        ]  # fmt: skip
