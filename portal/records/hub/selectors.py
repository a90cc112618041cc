"""Reads for the pages of the hub. No patient is read."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.records.hub.models import Cage, CageBag
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.reference import plain


def cages(actor: Actor, *, left: bool) -> QuerySet[Cage]:
    """Those that have not left, the longest waiting first; or those that have, the newest first. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Cage.objects.visible_to(actor).select_related("hub", "destination")  # type: ignore[attr-defined]
    inside = Q(bags__ended_at=None) | Q(state="left", bags__ended_at=F("state_since"))
    counted = found.annotate(number=Count("bags", filter=inside))
    if left:
        return counted.filter(state="left").order_by("-id")  # type: ignore[no-any-return]
    return counted.exclude(state="left").order_by("state_since", "id")  # type: ignore[no-any-return]


def cage_with(actor: Actor, reference: str) -> Cage:
    """One cage. Raises NotFound, Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Cage.objects.visible_to(actor).select_related("hub", "destination__organisation")  # type: ignore[attr-defined]
    cage: Cage | None = found.filter(reference=plain(reference)).first()
    if cage is None:
        raise NotFound
    return cage


def bags_in(actor: Actor, cage: Cage) -> QuerySet[CageBag]:
    """The manifest: what is in a cage, or was when it left, in the order scanned. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = CageBag.objects.visible_to(actor).filter(cage=cage)  # type: ignore[attr-defined]
    found = found.filter(ended_at=cage.state_since) if cage.state == "left" else found.filter(ended_at=None)
    return found.select_related("bag__movement").order_by("id")  # type: ignore[no-any-return]
