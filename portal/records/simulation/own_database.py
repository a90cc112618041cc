"""A database for one run: made beside the portal's own on the same server, and dropped at the end."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection


@contextmanager
def own_database() -> Iterator[None]:
    """Everything inside happens in a new, empty database with the portal's tables; no real row is in reach.

    Raises CommandError when the role may not make a database.
    """
    usual = connection.settings_dict["NAME"]
    name = f"portal_simulation_{secrets.token_hex(5)}"
    try:
        _run(f"create database {name} template template0")
    except ProgrammingError as error:
        raise CommandError(
            f"The simulation needs a database of its own, which this role may not make: {error}"
        ) from error
    try:
        _use(name)
        call_command("migrate_portal", stdout=io.StringIO())
        yield
    finally:
        _use(usual)
        _run(f"drop database if exists {name} with (force)")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
