"""Sessions in the database, read with one written-out statement.

Every page begins by reading its session. Django's own store builds that query anew each time, which
cost a tenth of a small page's CPU (docs/benchmarks.md). Writing, ending and expiry are Django's, but for one thing:
a database that is away is not a session that somebody ended.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

_READ = "select session_data from django_session where session_key = %s and expire_date > %s"


class SessionStore(DatabaseStore):
    """Django's database store with a quicker ``load``, and a ``save`` that says when the database is away."""

    def load(self) -> dict[str, Any]:
        """The session's values; {} and no key when there is none, or it has expired."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])  # type: ignore[no-any-return]

    def save(self, must_create: bool = False) -> None:
        """Writes the session.

        Raises OperationalError or InterfaceError when the database does not answer, which is shown as 503. Django
        says UpdateError then, as for a session that was ended meanwhile, and its middleware answers 400.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, (OperationalError, InterfaceError)):
                raise error.__context__ from None
            raise
