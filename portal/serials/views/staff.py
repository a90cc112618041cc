"""Numbered forms at the operator: where each number is, goods in, consignments, what is missing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.serials.books import differences
from portal.serials.formats import Formats
from portal.serials.forms.numbers import (
    BookInForm,
    DestroyForm,
    MissingHereForm,
    NumbersForm,
    ParcelForm,
    SettleForm,
    TakeBackForm,
)
from portal.serials.forms.secure import CheckDeliveryForm
from portal.serials.permissions import ALLOCATE_SERIALS, RECEIVE_SERIALS, SETTLE_INCIDENTS, VIEW_REGISTER
from portal.serials.register import missing_ranges, needed_in, ranges_in, returned_ranges, store_ranges
from portal.serials.services.check_delivery import key_of
from portal.serials.services.destroy_forms import destroy_here
from portal.serials.services.missing_forms import ReportMissing, settle_missing
from portal.serials.services.missing_here import report_missing_here
from portal.serials.services.parcel_back import parcel_came_back
from portal.serials.services.warehouse import BookIn, allocate, book_in, take_back, take_out
from portal.serials.views.number_search import search
from portal.supplies.warehouse_selectors import boxes_of, find_consignment_by


class Register(StaffView):
    """Where is this number, what is in the stores, what is missing."""

    permission = VIEW_REGISTER
    notices = {
        "booked": "The numbers are in the register.",
        "back": "The numbers are in the store again.",
        "settled": "The report is settled.",
        "reported": "The numbers are frozen, and those who must know are told. Now count the shelf.",
        "destroyed": "The register says that they are destroyed, and by whom. Now take them off the stock books.",
    }

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The search and the lists."""
        context = {
            **search(self.actor, request.GET),
            "page": page_of(store_ranges(self.actor), request.GET),
            "missing": list(missing_ranges(self.actor)[:50]),
            "differences": differences(self.actor),
            "returned": list(returned_ranges(self.actor)[:50]),
            "may_receive": self.actor.can(RECEIVE_SERIALS),
            "may_settle": self.actor.can(SETTLE_INCIDENTS),
        }
        return self.page("serials/staff/register.html.jinja", context)


class BookInPage(FormPage, StaffView):
    """Numbers from the printer."""

    permission = RECEIVE_SERIALS
    form_class = BookInForm
    template = "serials/staff/book_in.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"title": "Book numbered forms in", "button": "Book them in"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Books them in."""
        said = form.cleaned_data
        book_in(self.actor, BookIn(numbers=form.numbers(), store=said["store"], delivery_note=said["delivery_note"]))
        return self.go("staff_serials:register", done="booked")


class TakeBack(FormPage, StaffView):
    """Numbers that a site has sent back."""

    permission = RECEIVE_SERIALS
    form_class = TakeBackForm
    template = "serials/staff/book_in.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"title": "Take back what a site has sent", "button": "Take them in"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes them in."""
        take_back(self.actor, form.cleaned_data["store"], form.numbers())
        return self.go("staff_serials:register", done="back")


class Destroy(FormPage, StaffView):
    """Numbers of a store, or that came back, are destroyed by two people."""

    permission = RECEIVE_SERIALS
    form_class = DestroyForm
    template = "serials/staff/book_in.html.jinja"

    def context(self) -> dict[str, Any]:
        text = "Shred them before a second person. This cannot be undone here."
        return {"title": "Destroy forms", "text": text, "button": "They are destroyed", "variant": "warning"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        destroy_here(self.actor, form.numbers(), form.cleaned_data["witness"])
        return self.go("staff_serials:register", done="destroyed")


class MissingHere(FormPage, StaffView):
    """Report forms that are missing from a store."""

    permission = RECEIVE_SERIALS
    form_class = MissingHereForm
    template = "serials/staff/book_in.html.jinja"

    def context(self) -> dict[str, Any]:
        text = "The numbers are frozen at once, and everybody who must know is told. You need not be sure."
        return {
            "title": "Report forms missing from a store",
            "text": text,
            "button": "Report them",
            "variant": "warning",
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Reports them, and shows the list of what is missing."""
        said = form.cleaned_data
        facts = ("kind", "what", "found_on", "last_seen", "place", "police_reference")
        command = ReportMissing(numbers=form.numbers(), **{name: said[name] for name in facts})
        report_missing_here(self.actor, command)
        return self.go("staff_serials:register", done="reported")


class _Parcel(StaffView, abstract=True):
    @cached_property
    def facts(self) -> dict[str, Any]:
        """The consignment, which numbers it needs and which it has."""
        consignment = find_consignment_by(self.actor, self.kwargs["reference"])
        ranges = ranges_in(self.actor, consignment)
        return {
            "consignment": consignment,
            "ranges": ranges,
            "boxes": boxes_of(consignment),
            "needed": needed_in(consignment, ranges),
            "shown": Formats().shown,
        }


class Parcel(FormPage, _Parcel):
    """Puts numbers into a consignment before it leaves."""

    permission = ALLOCATE_SERIALS
    form_class = ParcelForm
    template = "serials/staff/parcel.html.jinja"
    notices = {"added": "The numbers are on the consignment.", "out": "The numbers are back in the store."}

    def form_arguments(self) -> dict[str, Any]:
        return {"boxes": self.facts["boxes"]}

    def context(self) -> dict[str, Any]:
        return self.facts

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds them."""
        allocate(self.actor, self.kwargs["reference"], form.numbers(), form.box())
        return self.go("staff_serials:parcel", reference=self.kwargs["reference"], done="added")


class TakeOut(FormPage, _Parcel):
    """Takes numbers out of a consignment again."""

    permission = ALLOCATE_SERIALS
    form_class = NumbersForm
    template = "serials/staff/take_out.html.jinja"

    def context(self) -> dict[str, Any]:
        return self.facts

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes them out."""
        take_out(self.actor, self.kwargs["reference"], form.numbers())
        return self.go("staff_serials:parcel", reference=self.kwargs["reference"], done="out")


class ParcelBack(FormPage, _Parcel):
    """Every range of a parcel that could not be delivered: here again, or not."""

    permission = ALLOCATE_SERIALS
    form_class = CheckDeliveryForm
    template = "serials/staff/parcel_back.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        rows = self.facts["ranges"]
        shown = Formats().shown
        return {"ranges": [(key_of(row), f"{row.item.name}: {shown(row.item.code, row.serials)}") for row in rows]}

    def context(self) -> dict[str, Any]:
        return self.facts

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes it in, and goes to the order, which is picked next."""
        parcel_came_back(self.actor, self.kwargs["reference"], form.answers(), form.cleaned_data["what"])
        order = find_consignment_by(self.actor, self.kwargs["reference"]).order
        return self.go("staff_supplies:order", reference=order.reference, done="came_back")


class Settle(FormPage, StaffView):
    """Says how a report of missing forms ended."""

    permission = SETTLE_INCIDENTS
    form_class = SettleForm
    template = "serials/staff/settle.html.jinja"

    def context(self) -> dict[str, Any]:
        rows = list(missing_ranges(self.actor).filter(case_reference=self.kwargs["reference"]))
        if not rows:
            raise NotFound
        return {"rows": rows, "reference": self.kwargs["reference"], "shown": Formats().shown}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Settles it."""
        settle_missing(self.actor, self.kwargs["reference"], form.cleaned_data["outcome"], form.cleaned_data["note"])
        return self.go("staff_serials:register", done="settled")
