"""The lock that every change of a case takes first."""

from __future__ import annotations

from portal.casework.models import Case
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, NotFound


def lock_case(actor: Actor, reference: str) -> Case:
    """The case, locked until the transaction ends. Raises NotFound outside the actor's scope (R1)."""
    case: Case | None = Case.objects.visible_to(actor).select_for_update().filter(reference=reference).first()  # type: ignore[attr-defined]
    if case is None:
        raise NotFound
    return case


def lock_open_case(actor: Actor, reference: str) -> Case:
    """The case, locked. Raises NotFound outside the actor's scope, Conflict when it is not open."""
    case = lock_case(actor, reference)
    if case.state not in OPEN_STATES:
        raise Conflict(f"{case.reference} is not open any more: {case.state_label.lower()}.")
    return case
