"""The lock of how a form's numbers are written: between booking numbers in and agreeing on another format."""

from __future__ import annotations

from portal.serials.models import SerialRule
from portal.supplies.models import CatalogueItem


def lock_format(item_code: str) -> SerialRule | None:
    """Locks the form's row in the catalogue until the transaction ends, and returns the rule in force, if any.

    Orders of the form are not held up: they only need the row to stay.
    """
    rows = CatalogueItem.objects.select_for_update(no_key=True).filter(code=item_code)
    item = rows.only("id").first()
    return None if item is None else rule_in_force(item.id)


def rule_in_force(item_id: int) -> SerialRule | None:
    """The rule that two people agreed on for the form; None while it is as the table says."""
    found: SerialRule | None = SerialRule.objects.filter(item_id=item_id, state="in_force").first()
    return found
