"""Harm that a hand in the database does to what the service levels count, for the test of the invariants."""

from __future__ import annotations

from datetime import date

from portal.foundation.levels.models import LevelCount
from portal.supplies.models import ConsignmentLine
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.planted_in_substitutes import substituted, write_past_the_rules
from portal.supplies.tests.stock_books import order, shelf
from portal.supplies.tests.warehouse import delivered


def lose_a_line() -> None:
    """What is sent instead belongs to a line that does not know of it, and so is counted nowhere."""
    substituted()
    write_past_the_rules("update supplies_orderline set substituted = 0 where substituted > 0")


def bring_more_than_was_sent() -> None:
    """A delivery has more packs than left the store."""
    delivered(order(contractor_actor(), shelf(10).item, 3))
    ConsignmentLine.objects.update(received=4)


def publish_two_totals() -> None:
    """The lines that came in time are shares of another number than those that came at all."""
    for measure, counted in (("on_time", 9), ("complete", 10), ("correct", 10)):
        LevelCount.objects.create(
            source="supplies", month=date(2026, 1, 1), kind="plain", measure=measure, counted=counted, met=5, sites=6
        )


def publish_more_in_time_than_whole() -> None:
    """More lines came in time than came at all."""
    for measure, met in (("on_time", 9), ("complete", 8), ("correct", 8)):
        LevelCount.objects.create(
            source="supplies", month=date(2026, 1, 1), kind="plain", measure=measure, counted=10, met=met, sites=6
        )
