"""The hub: scan in and sort, fill cages, hand them over (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.hub import selectors as read
from portal.records.hub.documents import manifest
from portal.records.hub.forms.cages import FillForm, HandOverForm, OpenForm, SortForm
from portal.records.hub.services.fill_cage import MOST_BAGS, Sorted, fill_cage, open_cage, sort_bags, take_from_cage
from portal.records.hub.services.send_cage import close_cage, hand_over_cage, reopen_cage
from portal.records.permissions import SCAN_RECORDS, VIEW_ALL_RECORDS


class Cages(StaffView):
    """What has not left yet, the longest waiting first; and what left lately."""

    permission = VIEW_ALL_RECORDS
    notices = {"left": "The courier has it. Every bag in it has left the hub."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(read.cages(self.actor, left=request.GET.get("left") == "yes"), request.GET)
        context = {"pages": page, "left": request.GET.get("left") == "yes", "may_scan": self.actor.can(SCAN_RECORDS)}
        return self.page("hub/cages.html.jinja", context)


class _Answering(FormPage, StaffView, abstract=True):
    """A stack is scanned, and each bag is answered on the same page; what is wrong stands first."""

    permission = SCAN_RECORDS

    def answered(self, form: Any, answers: list[Sorted]) -> HttpResponse:
        """The page with the answers, ready for the next stack."""
        rows = sorted(answers, key=lambda each: each.is_right)
        aside = sum(not each.is_right for each in answers)
        return self.page(self.template, {"form": form, "answers": rows, "aside": aside, **self.context()})


class Sort(_Answering):
    """Scan in, and read where each bag goes."""

    form_class = SortForm
    template = "hub/sort.html.jinja"

    def submit(self, form: Any) -> Any:
        """Takes them in."""
        return self.answered(SortForm(), sort_bags(self.actor, form.cleaned_data["codes"]))


class Open(FormPage, StaffView):
    """Open a cage for one place."""

    permission = SCAN_RECORDS
    form_class = OpenForm
    template = "hub/act.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"destination": self.request.GET.get("to", "")}}

    def context(self) -> dict[str, Any]:
        return {"title": "Open a cage", "button": "Open it"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Opens it."""
        cage = open_cage(self.actor, form.cleaned_data["destination"])
        return self.go("hub:cage", reference=cage.reference, done="opened")


class HandOver(FormPage, StaffView):
    """Scan a manifest: the courier takes the cage."""

    permission = SCAN_RECORDS
    form_class = HandOverForm
    template = "hub/act.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"cage": self.request.GET.get("cage", "")}}

    def context(self) -> dict[str, Any]:
        return {"title": "Hand a cage to the courier", "button": "The courier has it"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Hands it over."""
        hand_over_cage(self.actor, form.cleaned_data["cage"])
        return self.go("hub:cages", done="left")


class OneCage(_Answering):
    """What is in a cage; while it is open, bags are scanned into it."""

    permission = SCAN_RECORDS
    form_class = FillForm
    template = "hub/cage.html.jinja"
    notices = {
        "opened": "The cage is open. Scan the bags that go into it.",
        "closed": "The cage is closed. Print its manifest.",
        "reopened": "The cage is open again. Throw its old manifest away: a new one is printed when it is closed.",
        "out": "The bag is out of the cage.",
    }

    def context(self) -> dict[str, Any]:
        cage = read.cage_with(self.actor, self.kwargs["reference"])
        return {"cage": cage, "pages": page_of(read.bags_in(self.actor, cage), self.request.GET, size=MOST_BAGS)}

    def submit(self, form: Any) -> Any:
        """Puts them in."""
        return self.answered(FillForm(), fill_cage(self.actor, self.kwargs["reference"], form.cleaned_data["codes"]))


class Close(StaffView):
    """Close a cage; a button of its page."""

    permission = SCAN_RECORDS

    def post(self, request: HttpRequest, reference: str) -> HttpResponseRedirect:
        """Closes it."""
        close_cage(self.actor, reference)
        return self.go("hub:cage", reference=reference, done="closed")


class Reopen(StaffView):
    """Open a closed cage again; a button of its page."""

    permission = SCAN_RECORDS

    def post(self, request: HttpRequest, reference: str) -> HttpResponseRedirect:
        """Opens it."""
        reopen_cage(self.actor, reference)
        return self.go("hub:cage", reference=reference, done="reopened")


class TakeOut(StaffView):
    """Take one bag out of a cage; a button of its page."""

    permission = SCAN_RECORDS

    def post(self, request: HttpRequest, reference: str) -> HttpResponseRedirect:
        """Takes it out."""
        take_from_cage(self.actor, reference, request.POST.get("label", "")[:40])
        return self.go("hub:cage", reference=reference, done="out")


class ManifestPaper(StaffView):
    """The manifest of a cage."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The PDF."""
        cage = read.cage_with(self.actor, reference)
        response = HttpResponse(manifest(cage, list(read.bags_in(self.actor, cage))), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="manifest-{cage.reference}.pdf"'
        return response
