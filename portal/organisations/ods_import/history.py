"""Where a release belongs in an organisation's history. Pure: dates and states in, periods out.

A release says what was so on ONE day. What it says holds from that day until the day on which another
release says otherwise. Releases may be imported in any order; none takes back what a newer one said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.organisations.ods_import.state import State, changed_fields, updated


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of days with one state; ``valid_to`` is exclusive, None for the one that is not over.

    ``row`` is the id of the stored version, None for a new one and for the open period.
    """

    valid_from: date
    valid_to: date | None
    last_seen_on: date
    state: State
    row: int | None = None


def with_release(periods: Sequence[Period], said: State, on: date, releases: Sequence[date]) -> list[Period]:
    """The history once the release of day ``on`` is known to have said ``said``.

    ``periods`` adjoin each other, oldest first, and end with the open one; so does the answer. Periods
    are never lost, only shortened. ``releases`` are the days of releases of the same kind known so far:
    where an old release contradicts a period that was seen again later, they tell from which day on.
    """
    if on < periods[0].valid_from:
        return _before(periods, said, on)
    index = max(number for number, period in enumerate(periods) if period.valid_from <= on)
    host, earlier, later = periods[index], list(periods[:index]), list(periods[index + 1 :])
    if not changed_fields(host.state, said):
        return [*earlier, replace(host, last_seen_on=max(host.last_seen_on, on)), *later]
    state = updated(host.state, said)
    if on >= host.last_seen_on:
        return [*earlier, *_tail_taken_over(host, state, on, later)]
    again = min((day for day in releases if on < day <= host.last_seen_on), default=host.last_seen_on)
    middle = Period(valid_from=on, valid_to=again, last_seen_on=on, state=state)
    return [*earlier, *_head(host, on, releases), middle, _rest(host, on, again), *later]


def _before(periods: Sequence[Period], said: State, on: date) -> list[Period]:
    first = periods[0]
    if not changed_fields(first.state, said):
        return [replace(first, valid_from=on), *periods[1:]]
    return [Period(valid_from=on, valid_to=first.valid_from, last_seen_on=on, state=said), *periods]


def _tail_taken_over(host: Period, state: State, on: date, later: list[Period]) -> list[Period]:
    """Nobody saw the host's state after ``on``: from then on the new state holds, until the next period."""
    if on == host.valid_from:  # a corrected release of the same day
        return [replace(host, state=state, last_seen_on=on), *later]
    head = replace(host, valid_to=on)
    if later and not changed_fields(later[0].state, state):
        return [head, replace(later[0], valid_from=on), *later[1:]]
    return [head, Period(valid_from=on, valid_to=host.valid_to, last_seen_on=on, state=state), *later]


def _head(host: Period, on: date, releases: Sequence[date]) -> list[Period]:
    if on == host.valid_from:
        return []
    seen = max((day for day in releases if host.valid_from <= day < on), default=host.valid_from)
    # The stored row, where there is one, stays with the head unless the head is empty.
    return [replace(host, valid_to=on, last_seen_on=seen)]


def _rest(host: Period, on: date, again: date) -> Period:
    return replace(host, valid_from=again, row=host.row if on == host.valid_from else None)
