"""Bags of forms on paper, as the hub works with them (J11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.temporary_residents import bag_selectors as read
from portal.records.temporary_residents.forms.bags import BagCodeForm, EmptyBagForm, MissingBagForm, PaperFormForm
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.services.enter_form import enter_form
from portal.records.temporary_residents.services.open_bag import empty_bag, say_bag_missing, take_bag_in
from portal.records.temporary_residents.services.send_form import SendForm


class Bags(StaffView):
    """Bags by what is to be done with them."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        group = request.GET.get("group", "")
        group = group if group in read.BAG_GROUPS else "late"
        page = page_of(read.bags_for_staff(self.actor, group), request.GET)
        context = {
            "pages": page,
            "group": group,
            "groups": read.BAG_GROUPS,
            "may_route": self.actor.can(ROUTE_FORMS),
        }
        return self.page("temporary_residents/staff/bags.html.jinja", context)


class OneBag(StaffView):
    """One bag, and what the hub can do with it."""

    permission = VIEW_ALL_RECORDS
    notices = {
        "arrived": "The bag is at the hub. Scan each form, and enter it here.",
        "missing": "The bag is missing. The practice reads where you looked.",
        "entered": "The form is sent on. Enter the next one, or say that the bag is empty.",
        "emptied": "The bag is done.",
    }

    def get(self, request: HttpRequest, bag: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        found = read.bag_with(self.actor, bag)
        context = {"bag": found, "entered": found.forms.count(), "may_route": self.actor.can(ROUTE_FORMS)}
        return self.page("temporary_residents/staff/bag.html.jinja", context)


class TakeIn(FormPage, StaffView):
    """A bag has come."""

    permission = ROUTE_FORMS
    form_class = BagCodeForm
    template = "temporary_residents/staff/bag_act.html.jinja"

    def context(self) -> dict[str, Any]:
        """The words of the page."""
        return {
            "bag": None,
            "title": "Take a bag in",
            "text": "Also one that counted as missing.",
            "button": "It is here",
            "files": False,
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes it in, and shows it."""
        bag = take_bag_in(self.actor, form.cleaned_data["code"])
        return self.go("staff_temporary:bag", done="arrived", bag=bag.reference)


class _OfBag(FormPage, StaffView, abstract=True):
    permission = ROUTE_FORMS
    template = "temporary_residents/staff/bag_act.html.jinja"
    title = ""
    text = ""
    button = ""
    files = False

    def context(self) -> dict[str, Any]:
        bag = read.bag_with(self.actor, self.kwargs["bag"])
        return {"bag": bag, "title": self.title, "text": self.text, "button": self.button, "files": self.files}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the bag."""
        return self.go("staff_temporary:bag", done=done, bag=self.kwargs["bag"])


class EnterForm(_OfBag):
    """One form, scanned."""

    form_class = PaperFormForm
    title = "Enter a form"
    text = "It goes to the patient's practice as if this one had sent it."
    button = "Send it on"
    files = True

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it on."""
        said = form.cleaned_data
        command = SendForm(patient=form.identifiers(), upload=said["file"], practice=said["practice"].strip())
        enter_form(self.actor, self.kwargs["bag"], command)
        return self.back("entered")


class EmptyBag(_OfBag):
    """All forms are out of it."""

    form_class = EmptyBagForm
    title = "The bag is empty"
    text = "Both sides see where this is not the number that the practice put in."
    button = "It is empty"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        empty_bag(self.actor, self.kwargs["bag"], form.cleaned_data["forms"])
        return self.back("emptied")


class MissingBag(_OfBag):
    """It did not come."""

    form_class = MissingBagForm
    title = "The bag did not come"
    text = "Call the courier and the practice first. When it turns up, take it in as any other."
    button = "It is missing"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        say_bag_missing(self.actor, self.kwargs["bag"], form.cleaned_data["note"])
        return self.back("missing")
