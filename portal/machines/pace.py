"""How fast a machine calls: one row, one statement a request, right with any number of servers.

``free_at`` is when the machine would have paid for all its requests, had each cost one step (the generic cell rate
algorithm). A request that would run too far ahead of the clock is refused and costs nothing. The row's own lock makes
requests of one moment wait for each other; machines do not wait for other machines. The table is unlogged: a request
writes nothing to disk for it, and a crash forgives what was spent.
"""

from __future__ import annotations

import math

from django.db import connection

from portal.machines.limits import machine_limits
from portal.machines.models import Machine, Pace


def seconds_to_wait(machine: Machine) -> int:
    """0 when the request may go on, which is then counted; else after how many whole seconds the next one may."""
    return 0 if _count(machine) else _missing(machine)


def _count(machine: Machine) -> bool:
    """Counts the request, unless it comes too early."""
    limits = machine_limits()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into machines_pace as pace (machine_id, free_at)"
            " values (%(machine)s, clock_timestamp() + make_interval(secs => %(step)s))"
            " on conflict (machine_id) do update"
            " set free_at = greatest(pace.free_at, clock_timestamp()) + make_interval(secs => %(step)s)"
            " where pace.free_at <= clock_timestamp() + make_interval(secs => %(slack)s) returning 1",
            {"machine": machine.pk, "step": limits.step.total_seconds(), "slack": limits.slack.total_seconds()},
        )
        return cursor.fetchone() is not None


def _missing(machine: Machine) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select extract(epoch from free_at - clock_timestamp()) - %s from {Pace._meta.db_table}"  # noqa: S608  our own words
            " where machine_id = %s",
            [machine_limits().slack.total_seconds(), machine.pk],
        )
        found = cursor.fetchone()
    return max(1, math.ceil(float(found[0]))) if found else 1
