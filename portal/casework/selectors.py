"""Reads of casework that views share."""

from __future__ import annotations

from portal.casework.models import Case
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound


def find_case(actor: Actor, reference: str) -> Case:
    """The case. Raises NotFound outside the actor's scope (R1)."""
    case = Case.objects.visible_to(actor).select_related("organisation").filter(reference=reference).first()  # type: ignore[attr-defined]
    if case is None:
        raise NotFound
    return case  # type: ignore[no-any-return]


def events_of(case: Case) -> list[AuditEvent]:
    """What happened to the case, oldest first."""
    return list(AuditEvent.objects.about("case", case.reference))  # type: ignore[attr-defined]
