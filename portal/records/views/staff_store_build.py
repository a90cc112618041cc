"""Building the store, and changing it: buildings, shelves and boxes (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.records import store_selectors as read
from portal.records.forms.store import BoxesForm, BoxForm, BuildingForm, ShelfForm
from portal.records.permissions import WORK_RECORDS
from portal.records.services.keep_store import (
    AddBoxes,
    ChangeBox,
    add_boxes,
    add_building,
    add_shelf,
    change_box,
    rename_building,
    rename_shelf,
)


class _Build(FormPage, StaffView, abstract=True):
    permission = WORK_RECORDS
    template = "records/staff/store/act.html.jinja"
    title = ""
    button = ""

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "button": self.button}


class AddBuilding(_Build):
    """A new building of the store."""

    form_class = BuildingForm
    title = "Add a building"
    button = "Add it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds it."""
        add_building(self.actor, form.cleaned_data["code"], form.cleaned_data["name"])
        return self.go("staff_records:store", done="built")


class AddShelf(_Build):
    """A new shelf in a building."""

    form_class = ShelfForm
    title = "Add a shelf"
    button = "Add it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds it."""
        add_shelf(self.actor, self.kwargs["building"], form.cleaned_data["code"])
        return self.go("staff_records:building", building=self.kwargs["building"], done="shelf")


class AddBoxesPage(_Build):
    """New boxes on a shelf."""

    form_class = BoxesForm
    title = "Add boxes"
    button = "Add them"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds them."""
        here = {"building": self.kwargs["building"], "shelf": self.kwargs["shelf"]}
        add_boxes(self.actor, AddBoxes(**here, **form.cleaned_data))
        return self.go("staff_records:shelf", **here, done="boxes")


class ChangeBoxPage(_Build):
    """Another code, another size, or another shelf for a box."""

    form_class = BoxForm
    title = "Change a box"
    button = "Change it"

    def form_arguments(self) -> dict[str, Any]:
        box = read.box_with(self.actor, self.kwargs["box"])
        shelf = box.shelf
        there = {"building": shelf.building.code, "shelf": shelf.code}
        return {"initial": {"code": box.code, "capacity": box.capacity, **there}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Changes it."""
        box = change_box(self.actor, ChangeBox(box=self.kwargs["box"], **form.cleaned_data))
        return self.go("staff_records:box", box=box.code, done="changed")


class ChangeBuilding(_Build):
    """Another code or name for a building."""

    form_class = BuildingForm
    title = "Change a building"
    button = "Change it"

    def form_arguments(self) -> dict[str, Any]:
        building = read.building_with(self.actor, self.kwargs["building"])
        return {"initial": {"code": building.code, "name": building.name}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Changes it."""
        building = rename_building(self.actor, self.kwargs["building"], **form.cleaned_data)
        return self.go("staff_records:building", building=building.code, done="changed")


class ChangeShelf(_Build):
    """Another code for a shelf."""

    form_class = ShelfForm
    title = "Change a shelf"
    button = "Change it"

    def form_arguments(self) -> dict[str, Any]:
        shelf = read.shelf_with(self.actor, self.kwargs["building"], self.kwargs["shelf"])
        return {"initial": {"code": shelf.code}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Changes it."""
        building = self.kwargs["building"]
        shelf = rename_shelf(self.actor, building, self.kwargs["shelf"], form.cleaned_data["code"])
        return self.go("staff_records:shelf", building=building, shelf=shelf.code, done="changed")
