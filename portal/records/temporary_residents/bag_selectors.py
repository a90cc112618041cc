"""What pages read about bags of temporary residents' forms on paper."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.policy import records_policy
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.permissions import VIEW_FORMS
from portal.records.temporary_residents.states import BAG_ENDED

BAG_GROUPS = {"late": "Late or missing", "arrived": "At the hub", "open": "All under way", "ended": "Ended"}


def bags_of(actor: Actor) -> Any:
    """The bags of the actor's practice, the newest first. Raises Refused."""
    actor.require(VIEW_FORMS)
    return _visible(actor).order_by("-made_at", "-id")


def to_print(actor: Actor) -> list[PaperBag]:
    """The bags of the actor's practice that have not left, the oldest first; at most a hundred. Raises Refused."""
    actor.require(VIEW_FORMS)
    return list(_visible(actor).filter(state="printed").order_by("made_at", "id")[:100])


def bag_with(actor: Actor, reference: str) -> PaperBag:
    """One bag that the actor may see. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_FORMS)
    bag: PaperBag | None = _visible(actor).select_related("organisation").filter(reference=reference).first()
    if bag is None:
        raise NotFound
    return bag


def bags_for_staff(actor: Actor, group: str) -> Any:
    """Bags as the operator sees them, the longest in their state first. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = _visible(actor).select_related("organisation")
    if group == "late":
        found = found.filter(late())
    elif group == "arrived":
        found = found.filter(state="arrived")
    elif group == "ended":
        return found.filter(state__in=BAG_ENDED).order_by("-state_since", "-id")
    else:
        found = found.exclude(state__in=BAG_ENDED)
    return found.order_by("state_since", "id")


def late() -> Q:
    """Bags that should be at the hub, and those that are missing."""
    return Q(state="handed_over", due_on__lt=timezone.localdate()) | Q(state="missing")


def hub_name() -> str:
    """The hub, as the label says it."""
    policy = records_policy()
    return policy.names.get(policy.hub, policy.hub)


def _visible(actor: Actor) -> Any:
    return PaperBag.objects.visible_to(actor)  # type: ignore[attr-defined]
