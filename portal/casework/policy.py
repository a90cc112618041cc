"""How casework runs: queues, clocks and durations, as the operator's table says (data/casework.toml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.casework.permissions import WORK_CASES
from portal.foundation.access.roles import role_codes_allowing
from portal.foundation.texts import read_table

TABLE = Path(__file__).resolve().parent / "data" / "casework.toml"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Which queue a kind of case begins in, and how soon it is answered first and settled (working days)."""

    queue: str
    first_reply_days: int
    settle_days: int


@dataclass(frozen=True, kw_only=True)
class Durations:
    """How long things take or last; the table says what each one is."""

    cooling_off_hours: int
    notice_days: int
    arrange_days: int
    number_settled_days: int
    draft_days: int
    link_hours: int
    reopen_days: int
    answer_settles_after_days: int
    wait_days: int = 5  # of tables from before waits had an end


@dataclass(frozen=True, kw_only=True)
class Email:
    """How e-mail that comes in is answered."""

    acknowledgements_a_day: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The whole table. ``queues`` maps a code to the name people read, ``workers`` to the roles that work there."""

    queues: dict[str, str]
    clocks: dict[str, Clock]
    durations: Durations
    email: Email
    workers: dict[str, frozenset[str]]

    def works_in(self, queue: str, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles works in the queue; a queue that names no roles is everybody's."""
        return queue not in self.workers or bool(self.workers[queue] & set(roles))

    def clock(self, kind: str) -> Clock:
        """The clock of a kind of case, or the default one."""
        return self.clocks.get(kind, self.clocks["default"])


@cache
def policy() -> Policy:
    """The table, read once. Raises ImproperlyConfigured when a row lacks something or names no known queue."""
    return parse_policy(read_table(TABLE))


def parse_policy(table: dict[str, Any]) -> Policy:
    """Checks and types the table. Raises ImproperlyConfigured, saying what is wrong with it."""
    try:
        queues = {str(code): str(name) for code, name in table["queues"].items()}
        clocks = {kind: Clock(**row) for kind, row in table["clocks"].items()}
        durations = Durations(**table["durations"])
        email = Email(**table["email"])
        workers = {str(queue): frozenset(roles) for queue, roles in table.get("workers", {}).items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"casework.toml is not complete: {error}") from error
    if strangers := ({clock.queue for clock in clocks.values()} | set(workers)) - set(queues):
        raise ImproperlyConfigured(f"casework.toml names queues it does not have: {', '.join(sorted(strangers))}.")
    if idle := {role for roles in workers.values() for role in roles} - set(role_codes_allowing(WORK_CASES.code)):
        raise ImproperlyConfigured(f"casework.toml names roles that do not work on cases: {', '.join(sorted(idle))}.")
    if "default" not in clocks or any(value <= 0 for value in [*vars(durations).values(), *vars(email).values()]):
        raise ImproperlyConfigured("casework.toml needs a default clock, and durations above nought.")
    return Policy(queues=queues, clocks=clocks, durations=durations, email=email, workers=workers)
