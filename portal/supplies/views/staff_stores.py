"""The stores (J24)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.forms.staff_stock import StoreForm
from portal.supplies.permissions import ADJUST_STOCK, VIEW_STOCK
from portal.supplies.presenters.staff_catalogue import history_row
from portal.supplies.services.change_store import StoreValues, add_store, change_store


class Stores(StaffView):
    """Every store, in the order in which they serve."""

    permission = VIEW_STOCK
    notices = {"added": "The store was added. Its shelves are empty.", "changed": "The store was changed."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        context = {"stores": read.stores(self.actor), "may_edit": self.actor.can(ADJUST_STOCK)}
        return self.page("supplies/staff_stock/stores.html.jinja", context)


class AddStore(FormPage, StaffView):
    """A new store."""

    permission = ADJUST_STOCK
    form_class = StoreForm
    template = "supplies/staff_stock/add_store.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """A store that serves, after the others."""
        return {"initial": {"priority": 10, "is_active": True}}

    def submit(self, form: StoreForm) -> HttpResponseRedirect:
        """Adds it."""
        add_store(self.actor, form.values())
        return self.go("staff_supplies:stores", done="added")


class EditStore(FormPage, StaffView):
    """A store's name, its turn, and whether it serves."""

    permission = ADJUST_STOCK
    form_class = StoreForm
    template = "supplies/staff_stock/edit_store.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """The store as it is."""
        store = read.store(self.actor, self.kwargs["store"])
        values = StoreValues(code=store.code, name=store.name, priority=store.priority, is_active=store.is_active)
        return {"code": store.code, "initial": asdict(values)}

    def context(self) -> dict[str, Any]:
        """The store and its history."""
        store = read.store(self.actor, self.kwargs["store"])
        return {
            "store": store,
            "history": [history_row(event) for event in read.history_of(self.actor, "store", store.code)],
        }

    def submit(self, form: StoreForm) -> HttpResponseRedirect:
        """Changes it."""
        change_store(self.actor, form.values())
        return self.go("staff_supplies:stores", done="changed")
