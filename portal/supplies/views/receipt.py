"""Confirming what was in a consignment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.receipt import ReceiptForm
from portal.supplies.forms.receipt_by_box import BoxReceiptForm
from portal.supplies.models import Consignment
from portal.supplies.order_selectors import find_consignment, sent_lines
from portal.supplies.permissions import CONFIRM_RECEIPT
from portal.supplies.services.confirm_receipt import ConfirmReceipt, check_receipt, confirm_receipt
from portal.supplies.warehouse_selectors import boxes_of


class _Receipt(FormPage, ContractorView, abstract=True):
    """A form about the consignment in the path."""

    permission = CONFIRM_RECEIPT

    @cached_property
    def consignment(self) -> Consignment:
        """The consignment in the path. Raises NotFound outside the actor's scope, Conflict when it is confirmed."""
        found = find_consignment(self.actor, self.kwargs["reference"], self.kwargs["consignment"])
        if self.request.method == "GET":  # a form that is sent twice is the service's to judge
            check_receipt(found)
        return found

    def context(self) -> dict[str, Any]:
        return {"consignment": self.consignment, "reference": self.kwargs["reference"]}

    def confirmed(self, command: ConfirmReceipt) -> HttpResponseRedirect:
        """Confirms, and goes to the order."""
        done = "confirmed" if confirm_receipt(self.actor, command).state == "received" else "disputed"
        return self.go("supplies:order", reference=self.kwargs["reference"], done=done)


class Receipt(_Receipt):
    """Confirm what was in a consignment, line by line; the numbers are filled in with what was sent."""

    form_class = ReceiptForm
    template = "supplies/receipt.html.jinja"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The form; for several boxes the page that asks box by box."""
        if self.consignment.packages > 1 and self.consignment.by_box:
            here = {"reference": self.kwargs["reference"], "consignment": self.consignment.reference}
            return self.go("supplies:confirm_boxes", **here)
        return super().get(request, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"sent": sent_lines(self.consignment), "in_dispute": self.consignment.state == "discrepancy"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms, or opens a case about what is missing."""
        command = ConfirmReceipt(
            consignment=self.consignment.reference,
            received=form.received(),
            note=form.cleaned_data["note"],
            settled=form.cleaned_data.get("settled", False),
        )
        return self.confirmed(command)


class ReceiptByBox(_Receipt):
    """Confirm a consignment of several boxes: which of them came, and what was in them."""

    form_class = BoxReceiptForm
    template = "supplies/receipt_by_box.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"boxes": boxes_of(self.consignment), "in_dispute": self.consignment.state == "discrepancy"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms, or opens a case that names the boxes and the lines."""
        command = ConfirmReceipt(
            consignment=self.consignment.reference,
            boxes=form.received(),
            missing=form.missing(),
            note=form.cleaned_data["note"],
            settled=form.cleaned_data.get("settled", False),
        )
        return self.confirmed(command)
