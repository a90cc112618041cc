"""One order's page, and its printable form."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.foundation.web.views import ContractorView
from portal.supplies.checkpoints import remarks_on
from portal.supplies.models import ApprovalRoute
from portal.supplies.order_selectors import WholeOrder, lines_to_follow, whole_order
from portal.supplies.permissions import CONFIRM_RECEIPT, PLACE_ORDER, REPORT_PROBLEM, VIEW_ORDERS
from portal.supplies.presenters.joint import together_words
from portal.supplies.presenters.order_now import order_now
from portal.supplies.presenters.order_rows import promised
from portal.supplies.presenters.order_timeline import picture_of, timeline_of
from portal.supplies.presenters.sent_consignment import SentConsignment
from portal.supplies.states import CANCELLABLE, ORDER_LINE


class OrderPage(ContractorView):
    """What happened, who has it now, when it should come, and what can be done (J6)."""

    permission = VIEW_ORDERS
    notices = {
        "placed": "Your order has been placed.",
        "approved": "You approved the order.",
        "rejected": "You did not approve the order. The person who ordered has been told.",
        "cancelled": "What could be cancelled has been cancelled.",
        "confirmed": "Thank you. You have confirmed what arrived.",
        "swapped": "Thank you. We send it instead.",
        "kept": "Thank you. The line keeps waiting for what you ordered.",
        "substitutes": "Your choice about substitutes is saved.",
        "disputed": "Thank you. We look into what is missing, and write to you.",
    }

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page."""
        whole = whole_order(self.actor, reference)
        context = {**shown(whole), "may": self._may(whole), "repeat_submission": uuid.uuid4()}
        return self.page("supplies/order.html.jinja", context)

    def _may(self, whole: WholeOrder) -> dict[str, bool]:
        order, actor = whole.order, self.actor
        decidable = ORDER_LINE.allows(actor, order.state, "rejected") and order.approval_route == ApprovalRoute.SITE
        own = order.placed_by_id == actor.user_id
        return {
            "decide": decidable and not own,
            "own_decision": order.state == "awaiting_approval" and own,
            "cancel": any(
                line.state in CANCELLABLE and ORDER_LINE.allows(actor, line.state, "cancelled") for line in whole.lines
            ),
            "confirm": actor.can(CONFIRM_RECEIPT),
            "report": actor.can(REPORT_PROBLEM),
            "order": actor.can(PLACE_ORDER),
            "substitutes": actor.can(PLACE_ORDER) and bool(lines_to_follow(whole.lines)),
        }


class PrintOrder(ContractorView):
    """The order on paper: everything, without the portal around it."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The printable page."""
        return self.page("supplies/print_order.html.jinja", shown(whole_order(self.actor, reference)))


def shown(whole: WholeOrder) -> dict[str, Any]:
    """What every page about an order shows, the staff's included."""
    now = order_now(whole)
    return {
        "order": whole.order,
        "together": together_words(whole.order.joint) if whole.order.joint else "",
        "remarks": remarks_on(whole.order),
        "lines": [(line, promised(line)) for line in whole.lines],
        "to_follow": lines_to_follow(whole.lines),
        "consignments": [SentConsignment.of(each) for each in whole.consignments if each.dispatched_at],
        "events": whole.events[::-1],
        "cases": whole.cases,
        "offers": whole.offers,
        "strands": picture_of(whole),
        "steps": timeline_of(whole),
        "now": now,
        "holder": now.holder,
        "state": ORDER_LINE.states[whole.order.state],
    }
