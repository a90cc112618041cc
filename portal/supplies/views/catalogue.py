"""What may be ordered: the catalogue and an item's own page (J5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.foundation.errors import InvalidInput
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies import ordering_selectors as read
from portal.supplies.catalogue_query import ListedItems, ShownItem, categories_and_basket_size
from portal.supplies.forms.basket import QUANTITY, BasketForm, shown_as
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.presenters.catalogue import CatalogueWords, ItemRow
from portal.supplies.presenters.problems import Problem, problems_of
from portal.supplies.services.update_basket import UpdateBasket, update_basket

PAGE_SIZE = 100  # more than a contractor type has today: one form takes every line of an order
LONGEST_SEARCH = 100
NOTHING = "Enter how many you need of at least one item."


class _QuantitiesPage(ContractorView, abstract=True):
    """A page with a quantity field for each item, sent all at once."""

    def show(self, form: BasketForm, *, status: int = 200) -> HttpResponse:
        """The page with the form as it is."""
        raise TypeError(f"{type(self).__name__} does not say what it shows.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The items, with what is in the basket already."""
        return self.show(BasketForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Puts everything that was entered into the basket, or nothing."""
        form = BasketForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        changes = form.changes()
        if not changes:
            if any(form.quantities().values()):
                return self.go("supplies:basket")  # all of it is in the basket already
            form.refuse({None: NOTHING})
            return self.show(form, status=422)
        try:
            with transaction.atomic():
                update_basket(self.actor, UpdateBasket(quantities=changes))
        except InvalidInput as error:
            form.refuse(error.errors)
            return self.show(form, status=422)
        return self.go("supplies:basket", done="added")

    def rows(self, items: Sequence[ShownItem], form: BasketForm) -> tuple[list[ItemRow], list[Problem]]:
        """The items as the page shows them, and what is wrong with what was entered."""
        base = reverse("supplies:catalogue", kwargs={"code": self.actor.organisation_code})
        words, wrong = CatalogueWords(self.actor, working_calendar(), base), form.sentences()
        ordered = read.already_ordered(self.actor, [each.item for each in items])
        rows = []
        for each in items:
            item, name = each.item, f"{QUANTITY}{each.item.code}"
            value = form.typed(name, str(each.in_basket or "")) if form.is_bound else str(each.in_basket or "")
            rows.append(words.row(item, each.stock, ordered.get(item.id, 0), value=value, error=wrong.get(name, "")))
        fields = [f"{QUANTITY}{row.code}" for row in rows if not row.note]
        return rows, problems_of(wrong, fields)

    def shown(self, items: Sequence[ShownItem]) -> str:
        """The hidden field that says what the page showed as being in the basket."""
        return shown_as({each.item.code: each.in_basket for each in items})


class Catalogue(_QuantitiesPage):
    """Everything this contractor type may order: search, categories, stock, promised dates, limits."""

    permission = PLACE_ORDER
    notices = {"substitutes": "Your choice about substitutes is saved."}

    def show(self, form: BasketForm, *, status: int = 200) -> HttpResponse:
        """One page of the catalogue, in groups by category."""
        words = self.request.GET.get("q", "").strip()[:LONGEST_SEARCH]
        category = self.request.GET.get("category", "")[:LONGEST_SEARCH]
        categories, basket_lines = categories_and_basket_size(self.actor)
        page = page_of(ListedItems(self.actor, words=words, category=category), self.request.GET, size=PAGE_SIZE)
        rows, problems = self.rows(page.rows, form)
        return self.page(
            "supplies/ordering/catalogue.html.jinja",
            {
                "groups": [(name, list(group)) for name, group in groupby(rows, key=lambda row: row.category)],
                "problems": problems,
                "shown": form.typed("shown", self.shown(page.rows)),
                "words": words,
                "category": category,
                "categories": categories,
                "basket_lines": basket_lines,
                "pages": page,
            },
            status=status,
        )


class Item(_QuantitiesPage):
    """One item, with everything about it."""

    permission = PLACE_ORDER

    def show(self, form: BasketForm, *, status: int = 200) -> HttpResponse:
        """The page."""
        found = read.orderable_item(self.actor, self.kwargs["item_code"])
        rows, problems = self.rows([found], form)
        return self.page(
            "supplies/ordering/item.html.jinja",
            {
                "row": rows[0],
                "item": found.item,
                "class_label": found.item.get_item_class_display(),
                "problems": problems,
                "shown": form.typed("shown", self.shown([found])),
            },
            status=status,
        )
