"""No task is forgotten: each runs, fails for all to see, or is being run."""

from portal.foundation.invariants import invariant
from portal.foundation.worker.register import Task, all_tasks
from portal.foundation.worker.reporting import LATE_INTERVALS, LATE_SECONDS


def forgotten(tasks: dict[str, Task]) -> str:
    """SQL that finds the rows of these tasks that nobody ran although a worker was there, or that hang.

    A portal that was switched off for a night has forgotten nothing. That no worker runs at all is what
    ``bin/portal work --list`` tells.
    """
    # Codes have letters, dots and underscores only: register.py.
    known = [f"('{task.code}', interval '{task.every.total_seconds()} seconds')" for task in tasks.values()]
    return f"""
    select task.code, task.due_at, task.leased_until, task.last_started_at
    from worker_periodictask task
    join (values {", ".join(known) or "(null::text, null::interval)"}) known (code, every) on known.code = task.code
    where (task.last_error = ''
           and coalesce(task.leased_until, '-infinity') < now()
           and task.due_at + greatest({LATE_INTERVALS} * known.every, interval '{LATE_SECONDS} seconds')
               < least(now(), (select max(other.last_finished_at) from worker_periodictask other)))
       or (task.leased_until > now() and task.last_started_at < now() - interval '6 hours')
    """  # noqa: S608  our own codes and numbers


invariant(
    "worker.no_task_is_forgotten",
    "No task is overdue by many intervals while others run, without an error to see or a worker at it",
    forgotten(all_tasks()),
)
