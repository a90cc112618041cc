"""The home page of a contractor: first what waits for the reader, then what most come for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.casework.api import contractor_case_cards
from portal.foundation.web.views import ContractorView
from portal.home.help_pages import help_pages
from portal.home.notices import BOARD
from portal.home.permissions import VIEW_HOME
from portal.records.api import contractor_record_cards
from portal.records.closures.api import contractor_closing_cards
from portal.records.temporary_residents.api import contractor_temporary_cards
from portal.serials.api import contractor_form_cards
from portal.supplies.api import contractor_cards

_QUESTIONS = ("order-for-a-site", "follow-an-order", "report-a-problem", "several-practices")


class ContractorHome(ContractorView):
    """Under /o/<code>/: composed of what the features offer."""

    permission = VIEW_HOME

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The page."""
        moving = [*contractor_closing_cards(self.actor), *contractor_record_cards(self.actor)]
        records = [*moving, *contractor_temporary_cards(self.actor)]
        supplies = [*contractor_form_cards(self.actor), *contractor_cards(self.actor)]
        waiting = [*contractor_case_cards(self.actor), *supplies, *records]
        return self.page(
            "home/contractor_home.html.jinja",
            {
                "waiting": [card for card in waiting if card.needs_action],
                "supplies": [card for card in supplies if not card.needs_action],
                "records": [card for card in records if not card.needs_action],
                "may_order": "supplies.place_order" in self.actor.permissions,
                "service_notices": BOARD.shown_to("contractor"),
                "questions": [help_pages()[slug] for slug in _QUESTIONS],
            },
        )
