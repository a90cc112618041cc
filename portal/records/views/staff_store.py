"""The store as the operator keeps it: buildings, shelves, boxes, and what lies in them (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records import store_selectors as read
from portal.records.forms.store import CodesForm, FindBoxForm, ShelveForm
from portal.records.permissions import SCAN_RECORDS, VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.services.keep_store import MOST_BOXES
from portal.records.services.shelve_bags import Put, shelve_bags, take_out_of_box
from portal.records.store_documents import box_labels

MOST_IN_VIEW = 100  # bags of one box on a page


class Store(StaffView):
    """How full the store is, what is not on a shelf, and where to go from here."""

    permission = VIEW_ALL_RECORDS
    notices = {"built": "The building is there. Give it shelves."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page; a box's code leads straight to it."""
        form = FindBoxForm(request.GET)
        wanted = form.cleaned_data["box"] if form.is_valid() else ""
        if wanted and read.is_box(self.actor, wanted):
            return self.go("staff_records:box", box=wanted)
        context = {
            "unknown": wanted,
            "rows": read.buildings(self.actor),
            "not_shelved": read.not_shelved(self.actor),
            "wanted": read.wanted_bags(self.actor).count(),
            "may_scan": self.actor.can(SCAN_RECORDS),
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/store/store.html.jinja", context)


class OneBuilding(StaffView):
    """The shelves of a building, and how full each is."""

    permission = VIEW_ALL_RECORDS
    notices = {"shelf": "The shelf is there. Give it boxes.", "changed": "The building is changed."}

    def get(self, request: HttpRequest, building: str) -> HttpResponse:
        """The page."""
        found = read.building_with(self.actor, building)
        page = page_of(read.shelves_of(self.actor, found), request.GET)
        context = {
            "building": found,
            "pages": page,
            "rows": read.filled_shelves(page.rows),
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/store/building.html.jinja", context)


class OneShelf(StaffView):
    """The boxes of a shelf, and how full each is."""

    permission = VIEW_ALL_RECORDS
    notices = {"boxes": "The boxes are there. Print their labels.", "changed": "The shelf is changed."}

    def get(self, request: HttpRequest, building: str, shelf: str) -> HttpResponse:
        """The page."""
        found = read.shelf_with(self.actor, building, shelf)
        page = page_of(read.boxes_of(self.actor, found), request.GET)
        context = {
            "shelf": found,
            "pages": page,
            "rows": read.filled_boxes(page.rows),
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/store/shelf.html.jinja", context)


class BoxLabels(StaffView):
    """The bar codes of the boxes of a shelf."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest, building: str, shelf: str) -> HttpResponse:
        """The PDF, a page of the list at a time."""
        found = read.shelf_with(self.actor, building, shelf)
        page = page_of(read.boxes_of(self.actor, found), request.GET, size=MOST_BOXES)
        response = HttpResponse(box_labels(found, page.rows), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="boxes-{found.building.code}-{found.code}.pdf"'
        return response


class OneBox(StaffView):
    """What lies in a box. No patient is named."""

    permission = VIEW_ALL_RECORDS
    notices = {"changed": "The box is changed."}

    def get(self, request: HttpRequest, box: str) -> HttpResponse:
        """The page."""
        found = read.box_with(self.actor, box)
        page = page_of(read.in_box(self.actor, found), request.GET, size=MOST_IN_VIEW)
        [fill] = read.filled_boxes([found])
        context = {
            "box": found,
            "fill": fill,
            "pages": page,
            "may_scan": self.actor.can(SCAN_RECORDS),
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/store/box.html.jinja", context)


class _ScanStack(FormPage, StaffView, abstract=True):
    """A stack is taken in, and each bag gets its answer; what was set aside stands first."""

    permission = SCAN_RECORDS
    template = "records/staff/store/stack.html.jinja"
    title = ""
    button = ""

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "button": self.button}

    def answered(self, form: Any, answers: list[Put]) -> HttpResponse:
        """The page with the answers, ready for the next stack."""
        rows = sorted(answers, key=lambda each: each.is_put)
        aside = sum(not each.is_put for each in answers)
        return self.page(self.template, {"form": form, "rows": rows, "aside": aside, **self.context()})


class Shelve(_ScanStack):
    """Scan a box, then the bags that go into it."""

    form_class = ShelveForm
    title = "Put bags into a box"
    button = "Put them in"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"box": self.request.GET.get("box", "")}}

    def submit(self, form: Any) -> Any:
        """Puts them in."""
        box = form.cleaned_data["box"]
        answers = shelve_bags(self.actor, box, form.cleaned_data["codes"])
        return self.answered(ShelveForm(initial={"box": box}), answers)


class TakeOut(_ScanStack):
    """Scan bags that come out of their boxes and stay at the store."""

    form_class = CodesForm
    title = "Take bags out of their boxes"
    button = "Take them out"

    def submit(self, form: Any) -> Any:
        """Takes them out."""
        answers = take_out_of_box(self.actor, form.cleaned_data["codes"])
        return self.answered(CodesForm(), answers)
