"""Confirming what was in a consignment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.receipt import ReceiptForm
from portal.supplies.models import Consignment
from portal.supplies.order_selectors import find_consignment, sent_lines
from portal.supplies.permissions import CONFIRM_RECEIPT
from portal.supplies.services.confirm_receipt import ConfirmReceipt, check_receipt, confirm_receipt


class Receipt(FormPage, ContractorView):
    """Confirm what was in a consignment, line by line; the numbers are filled in with what was sent."""

    permission = CONFIRM_RECEIPT
    form_class = ReceiptForm
    template = "supplies/receipt.html.jinja"

    @cached_property
    def consignment(self) -> Consignment:
        """The consignment in the path. Raises NotFound outside the actor's scope, Conflict when it is confirmed."""
        found = find_consignment(self.actor, self.kwargs["reference"], self.kwargs["consignment"])
        if self.request.method == "GET":  # a form that is sent twice is the service's to judge
            check_receipt(found)
        return found

    def form_arguments(self) -> dict[str, Any]:
        return {"sent": sent_lines(self.consignment), "in_dispute": self.consignment.state == "discrepancy"}

    def context(self) -> dict[str, Any]:
        return {"consignment": self.consignment, "reference": self.kwargs["reference"]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms, or opens a case about what is missing."""
        command = ConfirmReceipt(
            consignment=self.consignment.reference,
            received=form.received(),
            note=form.cleaned_data["note"],
            settled=form.cleaned_data.get("settled", False),
        )
        done = "confirmed" if confirm_receipt(self.actor, command).state == "received" else "disputed"
        return self.go("supplies:order", reference=self.kwargs["reference"], done=done)
