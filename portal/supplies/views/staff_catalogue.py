"""The catalogue as staff keep it (J24)."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.forms.staff_catalogue import CatalogueFilterForm, ItemForm, WithdrawForm, initial_of
from portal.supplies.item_values import ItemValues, values_of
from portal.supplies.permissions import EDIT_CATALOGUE, VIEW_STOCK
from portal.supplies.presenters import staff_catalogue as say
from portal.supplies.presenters.staff_stock import level_row
from portal.supplies.services.add_item import add_item
from portal.supplies.services.change_item import ChangeItem, StaleItem, change_item


class Catalogue(StaffView):
    """Every item, with search and filters."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        chosen = CatalogueFilterForm(request.GET).chosen()
        page = page_of(read.catalogue_items(self.actor, chosen), request.GET)
        today = timezone.localdate()
        return self.page(
            "supplies/staff_catalogue/list.html.jinja",
            {
                "filters": CatalogueFilterForm(initial=asdict(chosen)),
                "filtered": any(asdict(chosen).values()),
                "rows": [say.item_row(item, today) for item in page.rows],
                "pages": page,
                "may_edit": self.actor.can(EDIT_CATALOGUE),
            },
        )


class Item(StaffView):
    """One item: its rules, its stock in every store, its history."""

    permission = VIEW_STOCK
    notices = {
        "added": "The item was added. Sites see it from its first day on.",
        "changed": "The item was changed. Orders already placed keep what they were placed with.",
        "shortage": "The notice was saved. Sites see it in their catalogue.",
        "shortage_over": "The notice was taken away.",
        "withdrawn": "The item's last day was saved. Orders placed until then are still sent.",
    }

    def get(self, request: HttpRequest, item: str) -> HttpResponse:
        """The page."""
        found = read.catalogue_item(self.actor, item)
        state, colour = say.state_of(found, timezone.localdate())
        return self.page(
            "supplies/staff_catalogue/item.html.jinja",
            {
                "item": found,
                "state": state,
                "colour": colour,
                "rules": say.item_facts(found),
                "levels": [level_row(level) for level in read.levels_of(self.actor, found)],
                "history": [say.history_row(event) for event in read.history_of(self.actor, "catalogueitem", item)],
                "may_edit": self.actor.can(EDIT_CATALOGUE),
            },
        )


class AddItem(FormPage, StaffView):
    """A new item."""

    permission = EDIT_CATALOGUE
    form_class = ItemForm
    template = "supplies/staff_catalogue/add.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """Sensible values to begin with."""
        return {
            "initial": {
                "item_class": "plain",
                "unit": "pack",
                "pack_size": 1,
                "minimum_quantity": 1,
                "usual_quantity": 5,
                "maximum_quantity": 20,
                "lead_time": 5,
                "valid_from": timezone.localdate(),
            }
        }

    def submit(self, form: ItemForm) -> HttpResponseRedirect:
        """Adds it."""
        item = add_item(self.actor, form.values())
        return self.go("staff_supplies:item", item=item.code, done="added")


class _ChangePage(FormPage, StaffView, abstract=True):
    """What editing and withdrawing share: the version, and what happens when somebody else was faster."""

    permission = EDIT_CATALOGUE
    stale: StaleItem | None = None
    typed: ItemValues | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.code: str = kwargs["item"]

    def context(self) -> dict[str, Any]:
        """The item, the version this page was made from, and both values when it is stale."""
        item = read.catalogue_item(self.actor, self.code)
        shown = self.request.POST.get("version", "") if self.request.method == "POST" else str(item.version)
        version = str(self.stale.version) if self.stale else shown
        both = say.both_values(self.stale.current, self.typed) if self.stale and self.typed else []
        return {"item": item, "version": version, "both": both}

    def change(self, values: ItemValues) -> None:
        """Calls the service; remembers both values when the item is no longer what the page showed."""
        try:
            change_item(self.actor, ChangeItem(version=_version(self.request), values=values))
        except StaleItem as stale:
            self.stale, self.typed = stale, values
            raise


class EditItem(_ChangePage):
    """An item's values."""

    form_class = ItemForm
    template = "supplies/staff_catalogue/edit.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """The values as they are."""
        return {"code": self.code, "initial": initial_of(values_of(read.catalogue_item(self.actor, self.code)))}

    def submit(self, form: ItemForm) -> HttpResponseRedirect:
        """Changes it."""
        self.change(form.values())
        return self.go("staff_supplies:item", item=self.code, done="changed")


class WithdrawItem(_ChangePage):
    """An item's last day, and what to order instead."""

    form_class = WithdrawForm
    template = "supplies/staff_catalogue/withdraw.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """Today, or the last day that was set before."""
        values = values_of(read.catalogue_item(self.actor, self.code))
        return {"initial": {"valid_to": values.valid_to or timezone.localdate(), "replaced_by": values.replaced_by}}

    def submit(self, form: WithdrawForm) -> HttpResponseRedirect:
        """Changes the last day and the replacement, nothing else."""
        self.change(replace(values_of(read.catalogue_item(self.actor, self.code)), **form.cleaned_data))
        return self.go("staff_supplies:item", item=self.code, done="withdrawn")


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
