"""Settling what does not fit: a person says what it was (J26)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.events import DISCREPANCY_SETTLED
from portal.records.models import Discrepancy
from portal.records.permissions import WORK_RECORDS


@service(WORK_RECORDS)
def settle_discrepancy(actor: Actor, reference: str, outcome: str) -> Discrepancy:
    """Notes how it ended. Raises NotFound, Conflict when somebody settled it, InvalidInput without words."""
    if not outcome.strip():
        raise InvalidInput({"outcome": "Say what it was and what you did."})
    found: Discrepancy | None = (
        Discrepancy.objects.visible_to(actor).select_for_update().filter(reference=reference).first()
    )  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    if found.settled_at is not None:
        raise Conflict(f"{found.settled_by_name} has settled this already.")
    found.settled_at, found.settled_by_name, found.outcome = timezone.now(), actor.name, outcome.strip()
    found.save(update_fields=["settled_at", "settled_by_name", "outcome"])
    record(DISCREPANCY_SETTLED, actor=actor, subject=found, organisation_id=found.shown_to_id, outcome=found.outcome)
    return found
