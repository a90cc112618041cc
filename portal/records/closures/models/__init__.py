"""The count of a closing site's records."""

from portal.records.closures.models.inventory import Counted, Inventory

__all__ = ["Counted", "Inventory"]
