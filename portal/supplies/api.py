"""What other apps may ask of supplies."""

from __future__ import annotations

from portal.foundation.access.row_security import system_scope
from portal.supplies.cards import contractor_cards
from portal.supplies.models import BasketLine
from portal.supplies.staff_cards import staff_cards

__all__ = ["basket_size", "contractor_cards", "staff_cards"]


def basket_size(user_id: int, organisation_code: str) -> int:
    """How many items a person has chosen for a site and not ordered yet.

    Asked while a person selects a site, before the connection acts for one: so the row scope is widened
    for this one count of the person's own lines.
    """
    with system_scope():
        return BasketLine.objects.filter(user_id=user_id, organisation__code=organisation_code).count()
