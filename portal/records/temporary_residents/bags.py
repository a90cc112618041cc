"""What every change of a bag of forms begins with."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.states import PAPER_BAG

MOST_LABELS = 20


def lock_bag(actor: Actor, reference: str) -> PaperBag:
    """One bag, locked. Raises NotFound outside the actor's scope (R1)."""
    rows = PaperBag.objects.visible_to(actor).select_for_update(of=("self",))  # type: ignore[attr-defined]
    bag: PaperBag | None = rows.filter(reference=reference).first()
    if bag is None:
        raise NotFound
    return bag


def move_bag(actor: Actor, bag: PaperBag, state: str) -> None:
    """Its new state, who says so and since when; the caller saves it. Raises Conflict, Refused."""
    PAPER_BAG.check(actor, bag.state, state)
    bag.state, bag.state_since, bag.state_by_name, bag.due_on = state, timezone.now(), actor.name, None
