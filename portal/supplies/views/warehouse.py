"""The work board of the warehouse, and the steps of a consignment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies.carriers import CARRIERS
from portal.supplies.forms.orders import ButtonForm
from portal.supplies.forms.warehouse import DeliveryForm, FailedForm, HandOverForm, PackForm, ScanForm, UndoForm
from portal.supplies.models import Consignment
from portal.supplies.order_selectors import find_order
from portal.supplies.permissions import HAND_OVER, PICK, RECORD_DELIVERY, VIEW_QUEUE
from portal.supplies.services.cancel_consignment import cancel_consignment
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment, reopen_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.record_delivery import (
    RecordDelivery,
    record_delivery,
    record_failed_delivery,
    try_delivery_again,
)
from portal.supplies.services.start_picking import start_picking
from portal.supplies.warehouse_selectors import (
    boxes_of,
    consignments_in,
    count_board,
    find_consignment_by,
    pick_lines,
)

BOARDS = {
    "picking": ("Being picked", ("picking",)),
    "packed": ("Packed, to hand over", ("packed",)),
    "moving": ("On the way", ("dispatched", "failed")),
    "delivered": ("Delivered", ("delivered", "received")),
}


# What comes next for a consignment of each state, and who does it.
_NEXT_STEPS = {
    "picking": ("staff_supplies:pick", "Scan", PICK),
    "packed": ("staff_supplies:hand_over", "Hand over", HAND_OVER),
    "dispatched": ("staff_supplies:deliver", "Record delivery", RECORD_DELIVERY),
    "failed": ("staff_supplies:deliver", "Record delivery", RECORD_DELIVERY),
}


class Warehouse(StaffView):
    """What there is to do, and the consignments of one stage."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The board."""
        name = request.GET.get("show", "picking")
        label, states = BOARDS.get(name, BOARDS["picking"])
        page = page_of(consignments_in(self.actor, *states), request.GET)
        steps = {state: (name, said, self.actor.can(may)) for state, (name, said, may) in _NEXT_STEPS.items()}
        context = {"counts": count_board(self.actor), "page": page, "label": label, "steps": steps}
        return self.page("supplies/staff/warehouse.html.jinja", context)


class StartPicking(FormPage, StaffView):
    """Begin to pick an order."""

    permission = PICK
    form_class = ButtonForm
    template = "supplies/staff/start_picking.html.jinja"

    def context(self) -> dict[str, Any]:
        """The order."""
        return {"order": find_order(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Makes the consignment and goes to its pick page."""
        consignment = start_picking(self.actor, self.kwargs["reference"])
        return self.go("staff_supplies:pick", reference=consignment.reference)


class ConsignmentPage(StaffView):
    """One consignment: what is in it, where it is, what comes next."""

    permission = VIEW_QUEUE
    notices = {
        "packed": "Packed. It waits for the carrier.",
        "handed_over": "Handed over. The site has been told.",
        "delivered": "Delivered. The site has been told.",
        "failed": "The site has been told that the carrier could not deliver.",
        "again": "It is on the road again.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page."""
        consignment = find_consignment_by(self.actor, reference)
        context = {"consignment": consignment, "lines": pick_lines(consignment), "boxes": boxes_of(consignment)}
        return self.page("supplies/staff/consignment.html.jinja", context)


class ConsignmentStep(FormPage, StaffView, abstract=True):
    """A form about the consignment in the path."""

    def consignment(self) -> Consignment:
        """The consignment. Raises NotFound for an unknown one."""
        return find_consignment_by(self.actor, self.kwargs["reference"])

    def context(self) -> dict[str, Any]:
        return {"consignment": self.consignment()}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the consignment's page."""
        return self.go("staff_supplies:consignment", reference=self.kwargs["reference"], done=done)


class Pick(ConsignmentStep):
    """Scan to confirm: one field, one line of progress for each item."""

    permission = PICK
    form_class = ScanForm
    template = "supplies/staff/pick.html.jinja"

    def context(self) -> dict[str, Any]:
        consignment = self.consignment()
        lines = pick_lines(consignment)
        left = sum(line.quantity - line.picked for line in lines)
        last = self.request.GET.get("last", "")
        return {
            "consignment": consignment,
            "lines": lines,
            "left": left,
            "last": next((line for line in lines if line.line.item_code == last), None),
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Counts the scan."""
        code, packs = form.cleaned_data["scan"]
        pick_item(self.actor, PickItem(consignment=self.kwargs["reference"], item_code=code, quantity=packs))
        back = self.go("staff_supplies:pick", reference=self.kwargs["reference"])
        return HttpResponseRedirect(f"{back.url}?last={code}")


class Undo(ConsignmentStep):
    """Put one pack back that was scanned by mistake."""

    permission = PICK
    form_class = UndoForm
    template = "supplies/staff/step.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes one off."""
        command = PickItem(consignment=self.kwargs["reference"], item_code=form.cleaned_data["item_code"], quantity=-1)
        pick_item(self.actor, command)
        return self.go("staff_supplies:pick", reference=self.kwargs["reference"])


class Pack(ConsignmentStep):
    """Close the boxes."""

    permission = PICK
    form_class = PackForm
    template = "supplies/staff/pack.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"missing": [line for line in pick_lines(self.consignment()) if line.picked < line.quantity]}

    def context(self) -> dict[str, Any]:
        """What lies in which box, where there are several."""
        consignment = self.consignment()
        return {"consignment": consignment, "boxes": boxes_of(consignment)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Packs."""
        values = form.cleaned_data
        command = PackConsignment(
            consignment=self.kwargs["reference"],
            short_is_right=values.get("short_is_right", False),
            not_on_shelf=frozenset(values.get("not_on_shelf", [])),
        )
        pack_consignment(self.actor, command)
        return self.back("packed")


class Reopen(ConsignmentStep):
    """Open a packed consignment again."""

    permission = PICK
    form_class = ButtonForm
    template = "supplies/staff/step.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Reopens."""
        reopen_consignment(self.actor, self.kwargs["reference"])
        return self.go("staff_supplies:pick", reference=self.kwargs["reference"])


class CancelConsignment(ConsignmentStep):
    """Put everything back on the shelf."""

    permission = PICK
    form_class = ButtonForm
    template = "supplies/staff/cancel_consignment.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Cancels, and goes to the order."""
        consignment = cancel_consignment(self.actor, self.kwargs["reference"])
        return self.go("staff_supplies:order", reference=consignment.order.reference, done="cancelled")


class HandOverPage(ConsignmentStep):
    """Give it to the carrier."""

    permission = HAND_OVER
    form_class = HandOverForm
    template = "supplies/staff/hand_over.html.jinja"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The form; while one of several boxes was not scanned, the page where they are."""
        consignment = self.consignment()
        if consignment.packages > 1 and any(box.loaded_at is None for box in boxes_of(consignment)):
            return self.go("staff_supplies:load", reference=consignment.reference)
        return super().get(request, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        """The carrier that the wave was planned for."""
        wave = self.consignment().wave
        return {"initial": {"carrier": wave.carrier}} if wave and wave.carrier in CARRIERS else {}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Hands over."""
        values = form.cleaned_data
        command = HandOver(
            consignment=self.kwargs["reference"],
            carrier=values["carrier"],
            carrier_reference=values["carrier_reference"],
        )
        hand_over(self.actor, command)
        return self.back("handed_over")


class Deliver(ConsignmentStep):
    """Record who took it in, and when."""

    permission = RECORD_DELIVERY
    form_class = DeliveryForm
    template = "supplies/staff/deliver.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Records the delivery."""
        values = form.cleaned_data
        command = RecordDelivery(
            consignment=self.kwargs["reference"],
            received_by=values["received_by"],
            delivered_at=values["delivered_at"],
            note=values["note"],
            signed=values["signed"],
        )
        record_delivery(self.actor, command)
        return self.back("delivered")


class Failed(ConsignmentStep):
    """Record that the carrier could not deliver."""

    permission = RECORD_DELIVERY
    form_class = FailedForm
    template = "supplies/staff/failed.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Records it."""
        record_failed_delivery(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("failed")


class TryAgain(ConsignmentStep):
    """The carrier has it on the road again."""

    permission = RECORD_DELIVERY
    form_class = ButtonForm
    template = "supplies/staff/step.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Records it."""
        try_delivery_again(self.actor, self.kwargs["reference"])
        return self.back("again")
