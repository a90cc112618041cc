"""The one way to change anything: ``@service(PERMISSION)``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction

from portal.foundation.access.actor import Actor
from portal.foundation.access.permissions import Permission
from portal.foundation.access.refusals import note_attempt
from portal.foundation.audit.looking import showing_nothing
from portal.foundation.audit.record import counting_events, nothing_changed
from portal.foundation.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")

SERVICES: dict[str, Permission] = {}


class ServiceLeftNoEvent(RuntimeError):
    """A service changed something (or may have) without recording it: a bug, so nothing is committed (R2)."""


def service(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Marks a function as a service: one transaction, one permission checked, at least one event.

    The wrapped function's first argument is the actor. It raises Refused before anything is read
    when the actor lacks the permission, and ServiceLeftNoEvent (rolling back) when it ends without
    ``record(...)`` and without saying ``nothing_changed()``. An attempt that is refused says so on its error
    (``portal.foundation.access.refusals``).
    """

    def decorate(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        name = f"{function.__module__}.{function.__qualname__}"
        SERVICES[name] = permission

        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                actor.require(permission)
                with transaction.atomic(savepoint=False), showing_nothing(), counting_events() as events:
                    result = function(actor, *args, **kwargs)
                    if not events.recorded and not events.unchanged:
                        raise ServiceLeftNoEvent(f"{name} recorded no event.")
                    return result
            except DomainError as error:
                note_attempt(error, actor, permission)
                raise

        run.service_permission = permission  # type: ignore[attr-defined]
        return run

    return decorate


__all__ = ["SERVICES", "ServiceLeftNoEvent", "nothing_changed", "service"]
