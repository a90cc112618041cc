"""The basket: one person's, at one site. It survives sign-out (J5)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput, NotFound
from portal.foundation.web.views import ContractorView
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies import ordering_selectors as read
from portal.supplies.forms.basket import QUANTITY, REASON, BasketForm
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.presenters.basket import basket_line
from portal.supplies.presenters.catalogue import CatalogueWords
from portal.supplies.presenters.problems import problems_of
from portal.supplies.services.add_to_basket import AddToBasket, add_to_basket
from portal.supplies.services.empty_basket import empty_basket
from portal.supplies.services.update_basket import UpdateBasket, update_basket


class Basket(ContractorView):
    """The lines, with quantities and reasons to change."""

    permission = PLACE_ORDER
    notices = {
        "added": "Your basket was changed. Nothing is ordered yet.",
        "saved": "Your changes were saved. Nothing is ordered yet.",
        "emptied": "Your basket was emptied.",
        "repeated": "The items were put into your basket. Nothing is ordered yet.",
        "nothing": "Nothing of that order can be ordered for this site.",
        "kept": "The list was saved.",
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The basket as it is."""
        return self.show(BasketForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Saves the lines; one button each removes a line, one goes on to the check page."""
        form = BasketForm(request.POST)
        removed, complete = form.removed(), request.POST.get("action") == "check"
        if removed:
            form.drop(removed)
        if not form.is_valid():
            return self._refuse(form, removed)
        quantities = {**form.quantities(), **({removed: 0} if removed else {})}
        try:
            with transaction.atomic():
                update_basket(
                    self.actor, UpdateBasket(quantities=quantities, reasons=form.reasons(), complete=complete)
                )
        except InvalidInput as error:
            form.refuse(error.errors)
            return self._refuse(form, removed)
        return self.go("supplies:check") if complete else self.go("supplies:basket", done="saved")

    def _refuse(self, form: BasketForm, removed: str) -> HttpResponse:
        """The page again. A line that was to go has gone, whatever is wrong with the others."""
        if removed:
            update_basket(self.actor, UpdateBasket(quantities={removed: 0}))
        return self.show(form, status=422)

    def show(self, form: BasketForm, *, status: int = 200) -> HttpResponse:
        """The page with the form as it is."""
        base = reverse("supplies:catalogue", kwargs={"code": self.actor.organisation_code})
        words, wrong = CatalogueWords(self.actor, working_calendar(), base), form.sentences()
        rows = [basket_line(row, words, form, wrong) for row in read.basket_rows(self.actor)]
        fields = [f"{QUANTITY}{row.code}" for row in rows] + [f"{REASON}{row.code}" for row in rows if row.asks_reason]
        wrong |= {f"{QUANTITY}{row.code}": row.error for row in rows if row.error}
        return self.page(
            "supplies/ordering/basket.html.jinja",
            {"rows": rows, "problems": problems_of(wrong, fields), "left_out": self._left_out()},
            status=status,
        )

    def _left_out(self) -> list[tuple[str, str]]:
        """After "order again" or a favourite list: the names that could not be added, and their successors."""
        order, favourite = self.request.GET.get("order", ""), self.request.GET.get("list", "")
        if self.request.method != "GET" or not (order or favourite):
            return []
        try:
            items = read.left_out(self.actor, order=order, favourite_list=favourite)
        except NotFound:
            return []
        return [(item.name, item.replaced_by.name if item.replaced_by else "") for item in items]


class EmptyBasket(ContractorView):
    """Takes everything out, after a question."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The question."""
        return self.page("supplies/ordering/empty_basket.html.jinja")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Empties it."""
        empty_basket(self.actor)
        return self.go("supplies:basket", done="emptied")


class RepeatOrder(ContractorView):
    """Puts the lines of an earlier order into the basket."""

    permission = PLACE_ORDER

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """Adds what can still be ordered; the basket says what could not."""
        with transaction.atomic():
            added = add_to_basket(self.actor, AddToBasket(order=reference))
        return HttpResponseRedirect(basket_address(self.actor, done="repeated" if added else "", order=reference))


def basket_address(actor: Actor, **query: str) -> str:
    """The basket's address, with what it should say."""
    address = reverse("supplies:basket", kwargs={"code": actor.organisation_code})
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"
