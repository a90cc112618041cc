"""What other apps may ask of numbered forms."""

from portal.serials.cards import contractor_form_cards, staff_form_cards

__all__ = ["contractor_form_cards", "staff_form_cards"]
