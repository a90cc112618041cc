"""The door to the records of closing practices: what the home page of one shows."""

from portal.records.closures.cards import contractor_closing_cards

__all__ = ["contractor_closing_cards"]
