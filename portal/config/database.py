"""Turns a PostgreSQL address into Django's DATABASES entry."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import conninfo_to_dict


def database_settings(url: str, *, pooled: bool) -> dict[str, Any]:
    """Django settings for the server at ``url`` (any libpq address, several hosts included).

    ``pooled`` keeps a few connections open per process; each is reset before it is lent
    again, so that no request inherits another's row scope (portal.foundation.access.row_security).
    """
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    options: dict[str, Any] = {
        key: value for key, value in parts.items() if key not in {"dbname", "user", "password", "host", "port"}
    }
    if pooled:
        options["pool"] = {
            "min_size": 1,
            "max_size": 8,
            "timeout": 5,  # nobody waits longer to be told that the database is away (trust F5)
            # The pool tries again after 1, 2, 4 ... seconds. It gives up soon, so that the next request tries at once:
            # after a long absence it would be minutes before anybody was let in.
            "reconnect_timeout": 3,
            "reset": _reset_session,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "portal"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": pooled,
        "TEST": {"TEMPLATE": "template0"},
    }


def _reset_session(connection: Any) -> None:
    """Forgets the last request's row scope; runs in the pool's own thread after each request."""
    connection.execute(
        "select set_config('portal.scope', '', false), set_config('portal.organisation', '', false),"
        " set_config('portal.reference', '', false)"
    )
    connection.commit()
