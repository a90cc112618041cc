"""What a site may do to an order: cancel, approve, reject, confirm, report."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.orders import ButtonForm, CancelForm, ProblemForm, ReceiptForm, RejectForm
from portal.supplies.order_selectors import find_consignment, find_order, sent_lines
from portal.supplies.permissions import APPROVE_ORDER, CANCEL_ORDER, CONFIRM_RECEIPT, REPORT_PROBLEM
from portal.supplies.services.approve_order import approve_order
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.reject_order import reject_order
from portal.supplies.services.report_problem import ReportProblem, report_problem


class _OrderForm(FormPage, ContractorView, abstract=True):
    """A form about the order in the path."""

    def context(self) -> dict[str, Any]:
        return {"order": find_order(self.actor, self.kwargs["reference"])}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the order's page."""
        return self.go("supplies:order", reference=self.kwargs["reference"], done=done)


class Cancel(_OrderForm):
    """Cancel what has not been picked."""

    permission = CANCEL_ORDER
    form_class = CancelForm
    template = "supplies/cancel_order.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Cancels."""
        cancel_order(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("cancelled")


class Approve(_OrderForm):
    """Approve a colleague's order."""

    permission = APPROVE_ORDER
    form_class = ButtonForm
    template = "supplies/approve_order.html.jinja"

    def context(self) -> dict[str, Any]:
        order = find_order(self.actor, self.kwargs["reference"])
        return {"order": order, "lines": order.lines.order_by("position")}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Approves."""
        approve_order(self.actor, self.kwargs["reference"])
        return self.back("approved")


class Reject(_OrderForm):
    """Do not approve a colleague's order."""

    permission = APPROVE_ORDER
    form_class = RejectForm
    template = "supplies/reject_order.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Rejects."""
        reject_order(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("rejected")


class Receipt(FormPage, ContractorView):
    """Confirm what was in a consignment, line by line."""

    permission = CONFIRM_RECEIPT
    form_class = ReceiptForm
    template = "supplies/receipt.html.jinja"

    def _consignment(self) -> Any:
        return find_consignment(self.actor, self.kwargs["reference"], self.kwargs["consignment"])

    def form_arguments(self) -> dict[str, Any]:
        return {"sent": sent_lines(self._consignment())}

    def context(self) -> dict[str, Any]:
        return {"consignment": self._consignment(), "reference": self.kwargs["reference"]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms, or opens a case about what is missing."""
        command = ConfirmReceipt(
            consignment=self._consignment().reference, received=form.received(), note=form.cleaned_data["note"]
        )
        done = "confirmed" if confirm_receipt(self.actor, command).state == "received" else "disputed"
        return self.go("supplies:order", reference=self.kwargs["reference"], done=done)


class Report(_OrderForm):
    """Report that something is wrong; everything known is filled in."""

    permission = REPORT_PROBLEM
    form_class = ProblemForm
    template = "supplies/report_problem.html.jinja"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "consignment": self.kwargs.get("consignment", "")}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Opens a case and shows it."""
        command = ReportProblem(
            order=self.kwargs["reference"], consignment=self.kwargs.get("consignment", ""), **form.cleaned_data
        )
        return self.go("casework:case", reference=report_problem(self.actor, command).reference, done="opened")
