"""A site's prescribers, the pads that carry their names, and what becomes of the pads of those who leave."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.web.filters import day
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.serials.formats import Formats
from portal.serials.forms.secure import ClosePadsForm, JoinForm, LeaveForm, PadsForm, RenameForm
from portal.serials.models import Prescriber
from portal.serials.permissions import KEEP_PRESCRIBERS, VIEW_OWN_FORMS
from portal.serials.prescribers import (
    find_prescriber,
    open_pad_tasks,
    own_prescribers,
    pads_in_basket,
    pads_of,
    prescribers_to_come,
)
from portal.serials.services.keep_prescribers import Joiner, close_pad_task, join, leave, rename
from portal.serials.services.personal_pads import choose_prescribers
from portal.supplies.permissions import ORDER_SECURE_ITEMS


class Prescribers(ContractorView):
    """Who prescribes here, who left, and whose pads are to be destroyed."""

    permission = VIEW_OWN_FORMS
    notices = {"joined": "The prescriber is on your list."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list."""
        context = {
            "page": page_of(own_prescribers(self.actor), request.GET),
            "tasks": list(open_pad_tasks(self.actor)),
            "today": timezone.localdate(),
            "may_keep": self.actor.can(KEEP_PRESCRIBERS),
        }
        return self.page("serials/prescribers.html.jinja", context)


class PrescriberPage(ContractorView):
    """One prescriber: names, dates, the numbers they have."""

    permission = VIEW_OWN_FORMS
    notices = {
        "renamed": "The new name is kept. The earlier one stays in the history.",
        "left": "The last day is kept. The task below says what to do with the pads.",
        "closed": "Thank you. The pads are accounted for.",
    }

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page."""
        prescriber = find_prescriber(self.actor, reference)
        context = {
            "prescriber": prescriber,
            "names": list(prescriber.names.all()),
            "pads": pads_of(prescriber),
            "task": getattr(prescriber, "pad_task", None),
            "shown": Formats().shown,
            "may_keep": self.actor.can(KEEP_PRESCRIBERS),
        }
        return self.page("serials/prescriber.html.jinja", context)


class Join(FormPage, ContractorView):
    """Somebody begins to prescribe here."""

    permission = KEEP_PRESCRIBERS
    form_class = JoinForm
    template = "serials/prescriber_form.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"title": "Add a prescriber", "button": "Add", "prescriber": None}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds them."""
        join(self.actor, Joiner(**form.cleaned_data))
        return self.go("serials:prescribers", done="joined")


class _OfOne(FormPage, ContractorView, abstract=True):
    permission = KEEP_PRESCRIBERS
    template = "serials/prescriber_form.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"prescriber": find_prescriber(self.actor, self.kwargs["reference"])}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the prescriber."""
        return self.go("serials:prescriber", reference=self.kwargs["reference"], done=done)


class Rename(_OfOne):
    """Another name from a day on."""

    form_class = RenameForm

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": "Change the name", "button": "Change it"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        rename(self.actor, self.kwargs["reference"], form.cleaned_data["name"], form.cleaned_data["from_on"])
        return self.back("renamed")


class Leave(_OfOne):
    """The last day."""

    form_class = LeaveForm

    def context(self) -> dict[str, Any]:
        text = "No pads are ordered for them after that day. You get a task to destroy the pads they have."
        return {**super().context(), "title": "A prescriber leaves", "button": "Keep the last day", "text": text}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        leave(self.actor, self.kwargs["reference"], form.cleaned_data["last_day"])
        return self.back("left")


class ClosePads(_OfOne):
    """What became of the pads."""

    form_class = ClosePadsForm

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": "The pads of somebody who left", "button": "Close the task"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Closes the task."""
        said = form.cleaned_data
        close_pad_task(self.actor, self.kwargs["reference"], said["outcome"], said["note"])
        return self.back("closed")


def _named(prescriber: Prescriber, today: date) -> str:
    later = f", from {day(prescriber.joined_on)}" if prescriber.joined_on > today else ""
    return f"{prescriber.name}, {prescriber.number}{later}"


class Pads(FormPage, ContractorView):
    """Whose name is printed on the pads in the basket."""

    permission = ORDER_SECURE_ITEMS
    form_class = PadsForm
    template = "serials/pads.html.jinja"
    notices = {"chosen": "The prescribers are kept. Now check your order."}

    def form_arguments(self) -> dict[str, Any]:
        today = timezone.localdate()
        people = prescribers_to_come(self.actor.organisation_id or 0, today)
        return {
            "pads": pads_in_basket(self.actor),
            "people": [(each.reference, _named(each, today)) for each in people],
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps them."""
        choose_prescribers(self.actor, form.cleaned_data)
        return self.go("serials:pads", done="chosen")
