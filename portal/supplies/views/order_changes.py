"""What a site may do to an order: cancel, approve, reject, report."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.orders import ButtonForm, CancelForm, ProblemForm, RejectForm
from portal.supplies.models import Order
from portal.supplies.order_selectors import find_consignment, find_order
from portal.supplies.permissions import APPROVE_ORDER, CANCEL_ORDER, REPORT_PROBLEM
from portal.supplies.services.approve_order import approve_order
from portal.supplies.services.cancel_order import cancel_order, cancellable
from portal.supplies.services.decide_order import check_decision
from portal.supplies.services.lock_order import lines_of
from portal.supplies.services.reject_order import reject_order
from portal.supplies.services.report_problem import ReportProblem, report_problem


class _OrderForm(FormPage, ContractorView, abstract=True):
    """A form about the order in the path. What can no longer be done says so at once, not after the form."""

    def order(self) -> Order:
        """The order. Raises NotFound outside the actor's scope."""
        return find_order(self.actor, self.kwargs["reference"])

    def context(self) -> dict[str, Any]:
        return {"order": self.order()}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the order's page."""
        return self.go("supplies:order", reference=self.kwargs["reference"], done=done)


class Cancel(_OrderForm):
    """Cancel what has not been picked."""

    permission = CANCEL_ORDER
    form_class = CancelForm
    template = "supplies/cancel_order.html.jinja"

    def context(self) -> dict[str, Any]:
        order = self.order()
        lines = lines_of(order)
        ending = cancellable(order, lines)
        going_on = [line for line in lines if line not in ending and line.state not in ("rejected", "cancelled")]
        return {"order": order, "ending": ending, "going_on": going_on}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Cancels."""
        cancel_order(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("cancelled")


class _Decision(_OrderForm, abstract=True):
    permission = APPROVE_ORDER

    def context(self) -> dict[str, Any]:
        order = self.order()
        check_decision(self.actor, order)
        return {"order": order, "lines": lines_of(order)}


class Approve(_Decision):
    """Approve a colleague's order."""

    form_class = ButtonForm
    template = "supplies/approve_order.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Approves."""
        approve_order(self.actor, self.kwargs["reference"])
        return self.back("approved")


class Reject(_Decision):
    """Do not approve a colleague's order."""

    form_class = RejectForm
    template = "supplies/reject_order.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Rejects."""
        reject_order(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("rejected")


class Report(_OrderForm):
    """Report that something is wrong; everything known is filled in."""

    permission = REPORT_PROBLEM
    form_class = ProblemForm
    template = "supplies/report_problem.html.jinja"

    def context(self) -> dict[str, Any]:
        order = self.order()
        reference = self.kwargs.get("consignment", "")
        consignment = find_consignment(self.actor, order.reference, reference) if reference else None
        return {"order": order, "consignment": consignment}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Opens a case and shows it."""
        command = ReportProblem(
            order=self.kwargs["reference"], consignment=self.kwargs.get("consignment", ""), **form.cleaned_data
        )
        return self.go("casework:case", reference=report_problem(self.actor, command).reference, done="opened")
