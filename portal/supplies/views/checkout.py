"""The check page: everything about the order once more, and the button that places it (J5, R3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.accounts.api import somebody_else_may
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.web.views import ContractorView
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies import ordering_selectors as read
from portal.supplies.checkpoints import steps_beside
from portal.supplies.forms.order import read_order, seen_as
from portal.supplies.permissions import APPROVE_ORDER, ORDER_SECURE_ITEMS, PLACE_ORDER
from portal.supplies.presenters.basket import check_line
from portal.supplies.presenters.catalogue import CatalogueWords
from portal.supplies.presenters.checkout import approval_words
from portal.supplies.presenters.problems import Problem
from portal.supplies.services.place_order import place_order


class Check(ContractorView):
    """Address, lines, promised dates, who has to approve; then "Place order".

    The hidden token makes one order of any number of submits; the hidden lines are what was seen, so
    that nobody orders what another tab has changed meanwhile.
    """

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page; before it, a second factor where the order will need a fresh one."""
        rows = read.basket_rows(self.actor)
        secure = any(row.item.is_secure for row in rows) and self.actor.can(ORDER_SECURE_ITEMS)
        if secure and not any(row.problem for row in rows) and not self.actor.has_fresh_second_factor():
            return self.ask_second_factor()
        return self._show(rows)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Places the order and goes to its page."""
        try:
            command = read_order(request.POST)
            with transaction.atomic():
                order = place_order(self.actor, command)
        except InvalidInput as error:
            refused = {str(code): sentence for code, sentence in error.errors.items()}
            return self._show(read.basket_rows(self.actor), refused, status=422)
        except Conflict as error:
            return self.page("supplies/ordering/changed.html.jinja", {"sentence": error.sentence}, status=409)
        return self.go("supplies:order", reference=order.reference, done="placed")

    def _show(
        self, rows: list[read.BasketRow], refused: dict[str, str] | None = None, *, status: int = 200
    ) -> HttpResponse:
        base = reverse("supplies:catalogue", kwargs={"code": self.actor.organisation_code})
        words = CatalogueWords(self.actor, working_calendar(), base)
        lines = [check_line(row, words, (refused or {}).get(row.item.code, "")) for row in rows]
        site = read.site_of(self.actor)
        needing = [row.item.name for row in rows if row.item.approval_required]
        approval = ""
        if site.approval_required or needing:
            others = somebody_else_may(APPROVE_ORDER, organisation_id=site.organisation.id, besides=self.actor.user_id)
            approval = approval_words(every_order=site.approval_required, items=needing, at_site=others)
        return self.page(
            "supplies/ordering/check.html.jinja",
            {
                "lines": lines,
                "steps": steps_beside(self.actor, [row.item for row in rows]),
                "problems": [
                    Problem(sentence=line.problem, link=f"#line-{line.code}") for line in lines if line.problem
                ],
                "site": site.organisation,
                "open": site.organisation.accepts_orders,
                "approval": approval,
                "secure": any(row.item.is_secure for row in rows),
                "submission": uuid.uuid4(),
                "seen": seen_as({row.item.code: row.quantity for row in rows}),
            },
            status=status,
        )
