"""What the site will need, reckoned from its own orders (issue 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput, NotFound
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.posted import posted
from portal.foundation.web.views import ContractorView
from portal.supplies.needs.selectors import all_needs, due_needs, hidden_needs
from portal.supplies.needs.settings import need_settings
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.presenters.needs import EXPORT_HEADS, export_rows, hidden_words, need_card
from portal.supplies.presenters.problems import Problem
from portal.supplies.services.answer_need import dismiss_need, put_need_back, snooze_need
from portal.supplies.services.update_basket import UpdateBasket, update_basket

_ANSWERS: dict[str, tuple[Callable[[Actor, str], None], str]] = {
    "later": (snooze_need, "later"),
    "never": (dismiss_need, "never"),
    "back": (put_need_back, "back"),
}
EVERYTHING = "all"


class Needs(ContractorView):
    """What has to be ordered soon, each with one click to the basket."""

    permission = PLACE_ORDER
    notices = {
        "later": "It is hidden for now, and comes back by itself.",
        "never": "It is hidden. You can bring it back at the end of this page.",
        "back": "It is shown again when you will need it.",
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The list."""
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Puts one item, or all that are not there yet, into the basket in the usual quantity."""
        wanted = posted(request, "item")
        packs = {
            each.item.code: each.packs
            for each in due_needs(self.actor)
            if each.packs and not each.in_basket and wanted in (each.item.code, EVERYTHING)
        }
        try:
            with transaction.atomic():
                update_basket(self.actor, UpdateBasket(quantities=packs))
        except InvalidInput as error:
            return self._show([Problem(sentence=sentence) for sentence in error.errors.values()], status=422)
        return self.go("supplies:basket", done="added" if packs else "")

    def _show(self, problems: list[Problem] | None = None, *, status: int = 200) -> HttpResponse:
        cards = [need_card(each) for each in due_needs(self.actor)]
        return self.page(
            "supplies/ordering/needs.html.jinja",
            {
                "cards": cards,
                "several": sum(bool(card.amount) for card in cards) > 1,
                "hidden": [(answer.item, hidden_words(answer)) for answer in hidden_needs(self.actor)],
                "settings": need_settings(),
                "problems": problems or [],
            },
            status=status,
        )


class AnswerNeed(ContractorView):
    """Not now, not at all, or after all."""

    permission = PLACE_ORDER

    def post(self, request: HttpRequest, item_code: str, answer: str, **kwargs: Any) -> HttpResponseBase:
        """Notes it. Raises NotFound for any other answer."""
        if answer not in _ANSWERS:
            raise NotFound
        service, done = _ANSWERS[answer]
        with transaction.atomic():
            service(self.actor, item_code)
        return self.go("supplies:needs", done=done)


class ExportCsv(ContractorView):
    """Everything that can be reckoned, as CSV."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The file."""
        return csv_response(f"needs-{self.actor.organisation_code}", EXPORT_HEADS, export_rows(all_needs(self.actor)))


class ExportXlsx(ContractorView):
    """Everything that can be reckoned, as a workbook."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The file."""
        return xlsx_response(f"needs-{self.actor.organisation_code}", EXPORT_HEADS, export_rows(all_needs(self.actor)))
