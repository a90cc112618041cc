"""The door to temporary residents' forms: what dashboards show of them."""

from portal.records.temporary_residents.cards import contractor_temporary_cards, staff_temporary_cards

__all__ = ["contractor_temporary_cards", "staff_temporary_cards"]
