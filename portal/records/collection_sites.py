"""What every change of a site's visits begins with."""

from __future__ import annotations

from datetime import time

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput, NotFound
from portal.organisations.models import Organisation
from portal.records.models import CollectionVisit


def lock_site(code: str) -> Organisation:
    """The practice, locked: one change of its visits at a time. Raises NotFound for anything but a GP practice."""
    site = Organisation.objects.select_for_update(of=("self",)).filter(code=code, contractor_type="gp").first()
    if site is None:
        raise NotFound
    return site


def lock_visit(actor: Actor, reference: str) -> CollectionVisit:
    """One visit, locked. Raises NotFound outside the actor's scope (R1)."""
    rows = CollectionVisit.objects.visible_to(actor).select_for_update(of=("self",))  # type: ignore[attr-defined]
    visit: CollectionVisit | None = rows.select_related("organisation").filter(reference=reference).first()
    if visit is None:
        raise NotFound
    return visit


def check_window(opens: time, closes: time) -> None:
    """Raises InvalidInput for hours that end before they begin."""
    if closes <= opens:
        raise InvalidInput({"closes": "The end must be later than the beginning."})
