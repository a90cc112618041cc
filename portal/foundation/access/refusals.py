"""Attempts at changes that were refused leave a trail, too (R2; trust 2.5).

The transaction of a refused service is rolled back, and its record with it. So the service says on the error who tried
what, and whoever catches the error outside the transaction (the base view) writes it down.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from portal.foundation.access.actor import Actor
from portal.foundation.access.permissions import Permission
from portal.foundation.errors import Conflict, DomainError, NotFound, Refused

_KEPT = (Refused, NotFound, Conflict)


@dataclass(frozen=True)
class _Attempt:
    actor: Actor
    permission: Permission


def note_attempt(error: DomainError, actor: Actor, permission: Permission) -> None:
    """Says on the error who tried what. The first to say it knows best: the innermost service."""
    if isinstance(error, _KEPT) and error.attempt is None:
        error.attempt = _Attempt(actor, permission)


def keep_attempt(error: DomainError) -> None:
    """Writes the refused attempt down, in a transaction of its own; nothing for an error that no change raised."""
    from portal.foundation.access.events import ATTEMPT_REFUSED
    from portal.foundation.audit import record

    attempt = error.attempt
    if not isinstance(attempt, _Attempt) or transaction.get_connection().needs_rollback:
        return  # inside a caller's broken transaction nothing can be kept; pages have none around them
    with transaction.atomic():
        record(
            ATTEMPT_REFUSED,
            actor=attempt.actor,
            subject=("permission", attempt.permission.code),
            permission=attempt.permission.code,
            what=attempt.permission.sentence,
            why=error.sentence,
            status=error.status,
        )
