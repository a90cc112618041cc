"""Numbered forms at a site: what it has, what it is to get, and everything it does with them (J7)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.serials.formats import Formats
from portal.serials.forms.numbers import DestroyForm, IssueForm, MissingForm, NoteForm, NumbersForm
from portal.serials.forms.secure import CheckDeliveryForm
from portal.serials.incidents import ink_instruction
from portal.serials.permissions import KEEP_FORMS, REPORT_FORMS, VIEW_OWN_FORMS
from portal.serials.prescribers import active_prescribers, open_pad_tasks
from portal.serials.register import ranges_in, site_ranges
from portal.serials.services.check_delivery import check_delivery, key_of
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue, put_back, send_back
from portal.serials.services.missing_forms import ReportMissing, report_missing
from portal.serials.views.number_search import search
from portal.supplies.permissions import ORDER_SECURE_ITEMS
from portal.supplies.warehouse_selectors import find_consignment_by


class OwnForms(ContractorView):
    """What the site has, by form and number, and where each number is."""

    permission = VIEW_OWN_FORMS
    notices = {
        "checked": "Thank you. What is here is at your site. What is not here is reported and frozen.",
        "arrived": "Thank you. The numbers are at your site.",
        "issued": "The forms are issued.",
        "back": "The forms are in your cupboard again.",
        "sent": "The forms are on their way to us. They are yours until we have them.",
        "destroyed": "The forms are marked as destroyed.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The search and one page of ranges."""
        context = {
            **search(self.actor, request.GET),
            "page": page_of(site_ranges(self.actor), request.GET),
            "may_keep": self.actor.can(KEEP_FORMS),
            "may_report": self.actor.can(REPORT_FORMS),
            "may_order": self.actor.can(ORDER_SECURE_ITEMS),
            "ink_until": ink_instruction(self.actor),
            "tasks": open_pad_tasks(self.actor).count(),
        }
        return self.page("serials/own_forms.html.jinja", context)


class _Act(FormPage, ContractorView, abstract=True):
    """One thing done with some numbers. The numbers can come with the address, to be checked and sent."""

    permission = KEEP_FORMS
    form_class: ClassVar[type[NumbersForm]] = NumbersForm
    template = "serials/act.html.jinja"
    title: ClassVar[str]
    text: ClassVar[str] = ""
    button: ClassVar[str]
    variant: ClassVar[str] = ""

    def form_arguments(self) -> dict[str, Any]:
        known = {name: self.request.GET[name] for name in ("item", "first", "last") if name in self.request.GET}
        return {"initial": known}

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "text": self.text, "button": self.button, "variant": self.variant}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the site's forms."""
        return self.go("serials:forms", done=done)


class Confirm(_Act):
    """The numbers on the delivery note are in the box."""

    title = "Check a delivery"
    text = "Compare the first and the last number in the box with those here. Confirm only what you see."
    button = "They are here"

    def context(self) -> dict[str, Any]:
        find_consignment_by(self.actor, self.kwargs["reference"])
        return super().context()

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms them."""
        confirm_arrival(self.actor, self.kwargs["reference"], form.numbers())
        return self.back("arrived")


class CheckDelivery(FormPage, ContractorView):
    """Every range on the delivery note: here, or disputed."""

    permission = KEEP_FORMS
    form_class = CheckDeliveryForm
    template = "serials/check_delivery.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        consignment = find_consignment_by(self.actor, self.kwargs["reference"])
        rows = ranges_in(self.actor, consignment)
        shown = Formats().shown
        return {"ranges": [(key_of(row), f"{row.item.name}: {shown(row.item.code, row.serials)}") for row in rows]}

    def context(self) -> dict[str, Any]:
        return {"consignment": find_consignment_by(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms and disputes."""
        done = check_delivery(self.actor, self.kwargs["reference"], form.answers(), form.cleaned_data["what"])
        return self.go("serials:forms", done="checked" if done.cases else "arrived")


class Issue(_Act):
    """To a prescriber or a room."""

    form_class = IssueForm
    title = "Issue forms"
    text = "Write down who has which numbers. Then a form that turns up somewhere leads back to them."
    button = "Issue them"

    def form_arguments(self) -> dict[str, Any]:
        people = active_prescribers(self.actor.organisation_id or 0, timezone.localdate())
        named = [(each.reference, f"{each.name}, {each.number}") for each in people]
        return {**super().form_arguments(), "people": named}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Issues them."""
        issue(self.actor, form.numbers(), form.cleaned_data["to_whom"], form.cleaned_data["prescriber"])
        return self.back("issued")


class PutBack(_Act):
    """Issued forms come back unused."""

    title = "Take unused forms back"
    button = "They are back"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes them back."""
        put_back(self.actor, form.numbers())
        return self.back("back")


class SendBack(_Act):
    """To the operator."""

    form_class = NoteForm
    title = "Send forms back to us"
    text = "Use a sealed envelope and a service with a signature. The forms are yours until we have them."
    button = "Send them back"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends them."""
        send_back(self.actor, form.numbers(), form.cleaned_data["note"])
        return self.back("sent")


class Destroy(_Act):
    """By two people."""

    form_class = DestroyForm
    title = "Destroy forms"
    text = "Shred them before a second person. This cannot be undone here."
    button = "They are destroyed"
    variant = "warning"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        destroy(self.actor, form.numbers(), form.cleaned_data["witness"])
        return self.back("destroyed")


class Missing(_Act):
    """Report forms that are missing, in a minute."""

    permission = REPORT_FORMS
    form_class = MissingForm
    title = "Report missing forms"
    text = "The numbers are frozen at once, and everybody who must know is told. You need not be sure."
    button = "Report them"
    variant = "warning"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Reports them, and shows the case: it says what prescribers do now."""
        said = form.cleaned_data
        facts = ("kind", "what", "found_on", "last_seen", "place", "prescribers", "police_reference")
        case = report_missing(self.actor, ReportMissing(numbers=form.numbers(), **{name: said[name] for name in facts}))
        return self.go("casework:case", reference=case.reference)
