"""What lies in which box, and giving the boxes to the carrier one by one."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponseRedirect

from portal.foundation.errors import NotFound
from portal.supplies.forms.boxes import BoxScanForm, CloseBoxForm, LoadForm, TakeOutForm
from portal.supplies.forms.orders import ButtonForm
from portal.supplies.models import Box
from portal.supplies.permissions import HAND_OVER, PICK
from portal.supplies.services.keep_boxes import (
    CloseBox,
    PutIntoBox,
    add_box,
    close_box,
    open_box,
    put_into_box,
    put_rest_into_box,
    remove_box,
)
from portal.supplies.services.load_box import LoadBox, load_box
from portal.supplies.views.warehouse import ConsignmentStep
from portal.supplies.warehouse_selectors import boxes_of, pick_lines


class _Boxes(ConsignmentStep, abstract=True):
    """The page of the boxes of a consignment, and back to it."""

    permission = PICK
    form_class: ClassVar[type[BaseForm]] = ButtonForm
    template = "supplies/staff/step.html.jinja"

    @cached_property
    def boxes(self) -> list[Box]:
        """The boxes with what is in them."""
        return boxes_of(self.consignment())

    @property
    def number(self) -> int:
        """The number of the box in the path, which is named by its code. Raises NotFound for another's."""
        found = next((box for box in self.boxes if box.code == self.kwargs["box"]), None)
        if found is None:
            raise NotFound
        return found.number

    def to_boxes(self, number: int = 0) -> HttpResponseRedirect:
        """The page, with this box chosen."""
        back = self.go("staff_supplies:boxes", reference=self.kwargs["reference"])
        return HttpResponseRedirect(f"{back.url}?box={number}" if number else back.url)


class Boxes(_Boxes):
    """Scan what goes into which box."""

    form_class = BoxScanForm
    template = "supplies/staff/boxes.html.jinja"

    @cached_property
    def lines(self) -> list[Any]:
        """What was picked."""
        return [line for line in pick_lines(self.consignment()) if line.picked]

    def form_arguments(self) -> dict[str, Any]:
        several = any(len(line.batch_picks.all()) > 1 for line in self.lines)
        chosen = self.request.GET.get("box", "")
        still_open = [str(box.number) for box in self.boxes if box.closed_at is None]
        initial = chosen if chosen in still_open else next(iter(still_open), "")
        return {"boxes": self.boxes, "several_batches": several, "initial": {"box": initial}}

    def context(self) -> dict[str, Any]:
        """The boxes, and what lies beside them."""
        boxed: dict[int, int] = {}
        for box in self.boxes:
            for inside in box.lines.all():
                boxed[inside.part_id] = boxed.get(inside.part_id, 0) + inside.quantity
        beside = [(line, line.picked - boxed.get(line.id, 0)) for line in self.lines]
        return {
            "consignment": self.consignment(),
            "boxes": self.boxes,
            "beside": [(line, packs) for line, packs in beside if packs],
            "open": any(box.closed_at is None for box in self.boxes),
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Puts it in."""
        (code, packs), number = form.cleaned_data["scan"], int(form.cleaned_data["box"])
        command = PutIntoBox(
            consignment=self.kwargs["reference"],
            box=number,
            item_code=code,
            quantity=packs,
            batch=form.cleaned_data.get("batch", ""),
        )
        put_into_box(self.actor, command)
        return self.to_boxes(number)


class AddBox(_Boxes):
    """Another box."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds it."""
        return self.to_boxes(add_box(self.actor, self.kwargs["reference"]).number)


class RemoveBox(_Boxes):
    """Take the last box away."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Removes it."""
        remove_box(self.actor, self.kwargs["reference"])
        return self.to_boxes()


class TakeOut(_Boxes):
    """Take a pack out of a box again."""

    form_class = TakeOutForm

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes one out."""
        number = self.number
        command = PutIntoBox(
            consignment=self.kwargs["reference"],
            box=number,
            item_code=form.cleaned_data["item_code"],
            quantity=-1,
            batch=form.cleaned_data["batch"],
        )
        put_into_box(self.actor, command)
        return self.to_boxes(number)


class Rest(_Boxes):
    """Everything that lies in no box goes into this one."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Puts it in."""
        number = self.number
        put_rest_into_box(self.actor, self.kwargs["reference"], number)
        return self.to_boxes(number)


class Close(_Boxes):
    """Nothing more goes into a box."""

    form_class = CloseBoxForm
    template = "supplies/staff/close_box.html.jinja"

    def context(self) -> dict[str, Any]:
        box = next((box for box in self.boxes if box.number == self.number), None)
        return {"consignment": self.consignment(), "number": self.number, "box": box}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Closes it."""
        command = CloseBox(
            consignment=self.kwargs["reference"],
            box=self.number,
            weight=form.grams(),
            carrier_piece=form.cleaned_data["carrier_piece"],
        )
        close_box(self.actor, command)
        return self.to_boxes()


class Open(_Boxes):
    """Open a closed box again."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Opens it."""
        number = self.number
        open_box(self.actor, self.kwargs["reference"], number)
        return self.to_boxes(number)


class Load(_Boxes):
    """Scan each box on its way to the carrier."""

    permission = HAND_OVER
    form_class = LoadForm
    template = "supplies/staff/load.html.jinja"

    def context(self) -> dict[str, Any]:
        return {
            "consignment": self.consignment(),
            "boxes": self.boxes,
            "waiting": [box for box in self.boxes if box.loaded_at is None],
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Counts the box; after the last one the hand-over is next."""
        values = form.cleaned_data
        command = LoadBox(
            consignment=self.kwargs["reference"], code=values["scan"], carrier_piece=values["carrier_piece"]
        )
        load_box(self.actor, command)
        # The hand-over page sends back to this one while a box is missing.
        return self.go("staff_supplies:hand_over", reference=self.kwargs["reference"])
