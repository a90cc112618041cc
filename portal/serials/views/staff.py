"""Numbered forms at the operator: where each number is, goods in, consignments, what is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.serials.forms.numbers import BookInForm, NumbersForm, SettleForm, TakeBackForm
from portal.serials.numbers import shown
from portal.serials.permissions import ALLOCATE_SERIALS, RECEIVE_SERIALS, SETTLE_INCIDENTS, VIEW_REGISTER
from portal.serials.register import missing_ranges, needed_in, ranges_in, store_ranges
from portal.serials.services.missing_forms import settle_missing
from portal.serials.services.warehouse import BookIn, allocate, book_in, take_back, take_out
from portal.serials.views.number_search import search
from portal.supplies.warehouse_selectors import find_consignment_by


class Register(StaffView):
    """Where is this number, what is in the stores, what is missing."""

    permission = VIEW_REGISTER
    notices = {
        "booked": "The numbers are in the register.",
        "back": "The numbers are in the store again.",
        "settled": "The report is settled.",
    }

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The search and the lists."""
        context = {
            **search(self.actor, request.GET),
            "page": page_of(store_ranges(self.actor), request.GET),
            "missing": list(missing_ranges(self.actor)[:50]),
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


class _Parcel(StaffView, abstract=True):
    def facts(self) -> dict[str, Any]:
        """The consignment, which numbers it needs and which it has."""
        consignment = find_consignment_by(self.actor, self.kwargs["reference"])
        ranges = ranges_in(self.actor, consignment)
        return {
            "consignment": consignment,
            "ranges": ranges,
            "needed": needed_in(consignment, ranges),
            "shown": shown,
        }


class Parcel(FormPage, _Parcel):
    """Puts numbers into a consignment before it leaves."""

    permission = ALLOCATE_SERIALS
    form_class = NumbersForm
    template = "serials/staff/parcel.html.jinja"
    notices = {"added": "The numbers are on the consignment.", "out": "The numbers are back in the store."}

    def context(self) -> dict[str, Any]:
        return self.facts()

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds them."""
        allocate(self.actor, self.kwargs["reference"], form.numbers())
        return self.go("staff_serials:parcel", reference=self.kwargs["reference"], done="added")


class TakeOut(FormPage, _Parcel):
    """Takes numbers out of a consignment again."""

    permission = ALLOCATE_SERIALS
    form_class = NumbersForm
    template = "serials/staff/take_out.html.jinja"

    def context(self) -> dict[str, Any]:
        return self.facts()

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes them out."""
        take_out(self.actor, self.kwargs["reference"], form.numbers())
        return self.go("staff_serials:parcel", reference=self.kwargs["reference"], done="out")


class Settle(FormPage, StaffView):
    """Says how a report of missing forms ended."""

    permission = SETTLE_INCIDENTS
    form_class = SettleForm
    template = "serials/staff/settle.html.jinja"

    def context(self) -> dict[str, Any]:
        rows = list(missing_ranges(self.actor).filter(case_reference=self.kwargs["reference"]))
        if not rows:
            raise NotFound
        return {"rows": rows, "reference": self.kwargs["reference"], "shown": shown}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Settles it."""
        settle_missing(self.actor, self.kwargs["reference"], form.cleaned_data["outcome"], form.cleaned_data["note"])
        return self.go("staff_serials:register", done="settled")
