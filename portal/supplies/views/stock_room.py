"""Transfers between stores, and shortage notices in the catalogue (J24)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.batch_selectors import batches_on
from portal.supplies.forms.stock_room import ShortageForm, TransferForm
from portal.supplies.permissions import ADJUST_STOCK, EDIT_CATALOGUE
from portal.supplies.presenters.batches import batch_choices
from portal.supplies.presenters.staff_stock import level_row
from portal.supplies.services.tell_shortage import TellShortage, end_shortage, tell_shortage
from portal.supplies.services.transfer_stock import TransferStock, transfer_stock


class Transfer(FormPage, StaffView):
    """Packs that went to another store."""

    permission = ADJUST_STOCK
    form_class = TransferForm
    template = "supplies/staff_stock/transfer.html.jinja"

    def _level(self) -> Any:
        return read.stock_level(self.actor, self.kwargs["store"], self.kwargs["item"])

    def form_arguments(self) -> dict[str, Any]:
        """The other stores, and the batches on this shelf."""
        level = self._level()
        stores = [(each.code, each.name) for each in read.stores(self.actor) if each.code != level.store.code]
        batches = batch_choices(batches_on(self.actor, level)) if level.item.kept_in_batches else None
        return {"stores": stores, "batches": batches}

    def context(self) -> dict[str, Any]:
        """The level's figures."""
        return {"level": level_row(self._level())}

    def submit(self, form: TransferForm) -> HttpResponseRedirect:
        """Moves them."""
        where = {"store": self.kwargs["store"], "item": self.kwargs["item"]}
        transfer_stock(self.actor, TransferStock(**where, **form.cleaned_data))
        return self.go("staff_supplies:stock_level", done="transferred", **where)


class Shortage(FormPage, StaffView):
    """What sites read while an item is short."""

    permission = EDIT_CATALOGUE
    form_class = ShortageForm
    template = "supplies/staff_catalogue/shortage.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """The notice as it is."""
        notice = read.shortage_of(self.actor, self.kwargs["item"])
        if notice is None:
            return {}
        substitute = notice.substitute.code if notice.substitute else ""
        return {"initial": {"words": notice.words, "substitute": substitute, "ends_on": notice.ends_on}}

    def context(self) -> dict[str, Any]:
        """The item, and whether it has a notice. Raises NotFound for an unknown item."""
        item = read.catalogue_item(self.actor, self.kwargs["item"])
        return {"item": item, "has_notice": read.shortage_of(self.actor, item.code) is not None}

    def submit(self, form: ShortageForm) -> HttpResponseRedirect:
        """Shows it from now on."""
        tell_shortage(self.actor, TellShortage(item=self.kwargs["item"], **form.cleaned_data))
        return self.go("staff_supplies:item", item=self.kwargs["item"], done="shortage")


class ShortageOver(StaffView):
    """Takes the notice away; a button of its page."""

    permission = EDIT_CATALOGUE

    def post(self, request: HttpRequest, item: str) -> HttpResponse:
        """Takes it away."""
        end_shortage(self.actor, item)
        return self.go("staff_supplies:item", item=item, done="shortage_over")
