"""Up to which id a table can be sealed: every row that will ever have an id at or below it is there to be read.

Ids are handed out in order and committed in any order, so the newest row that can be read proves nothing about the
ids below it. What does: an INSERT locks its table against changes of shape before it asks for an id, and holds that
lock to the end of its transaction, past the moment at which others see its row. So: read the newest id that was
handed out, then see who holds such a lock, and wait until all of those have ended. Who comes later gets a larger id.
This makes no writer wait. It needs ids of a sequence without a cache, asked for by the INSERT itself.
"""

from __future__ import annotations

import time

from django.db import connection

_PATIENCE = 2.0  # seconds that a run waits for writers; the next run tries again
_PAUSE = 0.05

_WRITERS = """
select distinct virtualtransaction from pg_locks
where granted and pid is distinct from pg_backend_pid()
  and database = (select oid from pg_database where datname = current_database())
  and locktype = 'relation' and relation = %s::regclass
  and mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""


def settled_up_to(table: str, *, patience: float = _PATIENCE) -> int | None:
    """The id up to which nothing can be added to ``table`` any more, or None while somebody is still writing.

    Not inside a transaction of the caller's that has read the table: what is read after this call, in a statement of
    its own, has every row. Waits up to ``patience`` seconds.
    """
    newest = newest_id(table)
    if newest == 0:
        return 0
    remaining = writers(table)
    deadline = time.monotonic() + patience
    while remaining:
        if time.monotonic() > deadline:
            return None
        time.sleep(_PAUSE)
        remaining &= writers(table)
    return newest


def newest_id(table: str) -> int:
    """The newest id that was handed out, whether its row was written or not; 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute(f'select case when is_called then last_value else 0 end from "{table}_id_seq"')  # noqa: S608
        (newest,) = cursor.fetchone()
    return int(newest)


def writers(table: str) -> set[str]:
    """The transactions that have, or may yet write, a row of ``table``."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [table])
        return {name for (name,) in cursor.fetchall()}
