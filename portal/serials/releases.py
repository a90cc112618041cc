"""Reads of unusual orders that wait for a second person."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.serials.models import SecureRelease
from portal.serials.permissions import RELEASE_ORDERS, VIEW_REGISTER


def waiting_releases(actor: Actor) -> QuerySet[SecureRelease]:
    """Every order that waits, the oldest first; what was cancelled meanwhile waits no more."""
    actor.require(VIEW_REGISTER)
    rows = SecureRelease.objects.visible_to(actor).filter(state="waiting")  # type: ignore[attr-defined]
    rows = rows.exclude(order__state__in=["cancelled", "rejected"])
    return rows.select_related("order", "organisation").order_by("asked_at", "id")  # type: ignore[no-any-return]


def find_release(actor: Actor, order_reference: str) -> SecureRelease:
    """One of them by its order. Raises NotFound for an order that does not wait."""
    actor.require(RELEASE_ORDERS)
    rows = SecureRelease.objects.visible_to(actor).select_related("order", "organisation")  # type: ignore[attr-defined]
    found: SecureRelease | None = rows.filter(order__reference=order_reference).first()
    if found is None:
        raise NotFound
    return found
