"""Orders of every organisation, as the operator's staff works on them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.organisations.api import MOST_SITES, sites_like
from portal.supplies.forms.orders import ButtonForm, RejectForm
from portal.supplies.forms.warehouse import HoldForm
from portal.supplies.order_selectors import find_order, whole_order
from portal.supplies.permissions import DECIDE_FOR_SITE, HOLD_ORDER, PICK, SUBSTITUTE, VIEW_QUEUE
from portal.supplies.presenters.staff_orders import staff_rows
from portal.supplies.services.approve_order import approve_for_site
from portal.supplies.services.hold_order import hold_order, release_order
from portal.supplies.services.reject_order import reject_for_site
from portal.supplies.states import ORDER_LINE, PICKABLE
from portal.supplies.views.order import shown
from portal.supplies.warehouse_selectors import QUEUES, queue


class Orders(StaffView):
    """One queue at a time, oldest first, late ones marked."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of a queue."""
        name = request.GET.get("queue", "pick")
        words = request.GET.get("words", "")
        sites = sites_like(words)
        page = page_of(queue(self.actor, name, words, sites), request.GET)
        context = {
            "page": page,
            "rows": staff_rows(page.rows),
            "queues": QUEUES,
            "queue": name,
            "words": words,
            "too_many_sites": len(sites) == MOST_SITES,
        }
        return self.page("supplies/staff/orders.html.jinja", context)


class Order(StaffView):
    """Everything about one order, and what can be done with it."""

    permission = VIEW_QUEUE
    notices = {
        "approved": "The order was approved.",
        "rejected": "The order was not approved. The site has been told.",
        "held": "The order is on hold. The site has been told.",
        "released": "The order goes on.",
        "substituted": "It is sent instead. The site has been told.",
        "asked": "The site has been asked.",
        "withdrawn": "The offer is withdrawn. The line keeps waiting.",
        "cancelled": "The consignment was cancelled. Put everything back on the shelf.",
        "came_back": "It is back on its shelf. Pick the order again.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page."""
        whole = whole_order(self.actor, reference)
        states = {line.state for line in whole.lines}
        may = {
            "pick": self.actor.can(PICK) and any(line.reserved and line.state in PICKABLE for line in whole.lines),  # type: ignore[attr-defined]
            "hold": any(ORDER_LINE.allows(self.actor, state, "on_hold") for state in states),
            "release": "on_hold" in states and self.actor.can(HOLD_ORDER),
            "decide": whole.order.state == "awaiting_approval"
            and whole.order.approval_route == "operator"
            and self.actor.can(DECIDE_FOR_SITE),
        }
        waiting = [line for line in whole.lines if line.state == "back_ordered"] if self.actor.can(SUBSTITUTE) else []
        context = {**shown(whole), "may": may, "all_consignments": whole.consignments, "waiting": waiting}
        return self.page("supplies/staff/order.html.jinja", context)


class _OrderStep(FormPage, StaffView, abstract=True):
    """A form about the order in the path."""

    def context(self) -> dict[str, Any]:
        order = find_order(self.actor, self.kwargs["reference"])
        return {"order": order, "lines": order.lines.order_by("position")}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the order's page."""
        return self.go("staff_supplies:order", reference=self.kwargs["reference"], done=done)


class Approve(_OrderStep):
    """Approve for a site where nobody else can."""

    permission = DECIDE_FOR_SITE
    form_class = ButtonForm
    template = "supplies/staff/approve.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Approves."""
        approve_for_site(self.actor, self.kwargs["reference"])
        return self.back("approved")


class Reject(_OrderStep):
    """Do not approve, with a reason the site reads."""

    permission = DECIDE_FOR_SITE
    form_class = RejectForm
    template = "supplies/staff/reject.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Rejects."""
        reject_for_site(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("rejected")


class Hold(_OrderStep):
    """Put on hold."""

    permission = HOLD_ORDER
    form_class = HoldForm
    template = "supplies/staff/hold.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Holds."""
        hold_order(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("held")


class Release(_OrderStep):
    """Let it go on."""

    permission = HOLD_ORDER
    form_class = ButtonForm
    template = "supplies/staff/release.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Releases."""
        release_order(self.actor, self.kwargs["reference"])
        return self.back("released")
