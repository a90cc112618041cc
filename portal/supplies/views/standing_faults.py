"""Standing orders over which the portal broke down: the list, and what was done about each."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies.forms.warehouse import SettleFaultForm
from portal.supplies.models import StandingDate
from portal.supplies.permissions import SETTLE_FAULTS, VIEW_QUEUE
from portal.supplies.services.settle_fault import settle_fault
from portal.supplies.standing_selectors import broken_date, broken_dates

_STATES = {"open": "To be settled", "settled": "Settled"}


class StandingFaults(StaffView):
    """Those that wait for somebody, or those that are settled."""

    permission = VIEW_QUEUE
    notices = {"settled": "The fault is settled."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        state = "settled" if request.GET.get("state") == "settled" else "open"
        page = page_of(broken_dates(self.actor, settled=state == "settled"), request.GET)
        context = {
            "rows": page.rows,
            "pages": page,
            "states": _STATES,
            "state": state,
            "may_settle": self.actor.can(SETTLE_FAULTS),
        }
        return self.page("supplies/staff/standing_faults.html.jinja", context)


class SettleFault(FormPage, StaffView):
    """What was done about one of them."""

    permission = SETTLE_FAULTS
    form_class = SettleFaultForm
    template = "supplies/staff/settle_fault.html.jinja"

    @cached_property
    def broken(self) -> StandingDate:
        """The date in the path. Raises NotFound."""
        return broken_date(self.actor, self.kwargs["reference"], _day(self.kwargs["day"]))

    def context(self) -> dict[str, Any]:
        return {"broken": self.broken, "is_tried_again": self.broken.standing.next_on == self.broken.due_on}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Settles it."""
        settle_fault(self.actor, self.kwargs["reference"], _day(self.kwargs["day"]), form.cleaned_data["note"])
        return self.go("staff_supplies:standing_faults", done="settled")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
