"""What must be so before a consignment leaves the store. Apps that stand above supplies add their conditions here."""

from __future__ import annotations

from collections.abc import Callable

from portal.foundation.errors import Conflict
from portal.supplies.models import Consignment

Condition = Callable[[Consignment], str]
CONDITIONS: list[Condition] = []


def before_leaving(condition: Condition) -> Condition:
    """Registers a function that says in a sentence why the consignment may not leave; '' when it may."""
    CONDITIONS.append(condition)
    return condition


def check_may_leave(consignment: Consignment) -> None:
    """Raises Conflict with the first sentence there is. The caller has locked the consignment."""
    for condition in CONDITIONS:
        if sentence := condition(consignment):
            raise Conflict(sentence)
