"""Counts that found something else than the books say, and the second person's decision (J24)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies import count_selectors as read
from portal.supplies.forms.orders import ButtonForm
from portal.supplies.permissions import DECIDE_COUNT, VIEW_STOCK
from portal.supplies.presenters.counts import count_row
from portal.supplies.presenters.staff_stock import loss_row
from portal.supplies.services.decide_count import DecideCount, approve_count, reject_count
from portal.supplies.stock_selectors import losses_if

_LOSSES_SHOWN = 50


class Counts(StaffView):
    """The counts that wait, or those of another state."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        state = request.GET.get("state", "waiting")
        page = page_of(read.list_counts(self.actor, state), request.GET)
        context = {
            "rows": [count_row(count) for count in page.rows],
            "pages": page,
            "states": read.COUNT_STATES,
            "state": state if state in read.COUNT_STATES else "waiting",
        }
        return self.page("supplies/staff_stock/counts.html.jinja", context)


class Count(StaffView):
    """One count: what was found, what follows, and the two buttons."""

    permission = VIEW_STOCK
    notices = {
        "approved": "The books now say what was counted.",
        "rejected": "The books stay as they were. Somebody should count again.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page."""
        count = read.find_count(self.actor, reference)
        waits = count.state == "waiting"
        left = count.level.on_hand + count.difference
        lost = losses_if(self.actor, count.level, left) if waits else []
        own = self.actor.user_id is not None and self.actor.user_id == count.counted_by_id
        context = {
            "count": count_row(count),
            "waits": waits,
            "losses": [loss_row(loss) for loss in lost[:_LOSSES_SHOWN]],
            "own": own,
            "may_decide": waits and not own and self.actor.can(DECIDE_COUNT),
        }
        return self.page("supplies/staff_stock/stock_count.html.jinja", context)


class _Decide(FormPage, StaffView, abstract=True):
    """A decision about the count in the path."""

    permission = DECIDE_COUNT

    def context(self) -> dict[str, Any]:
        return {"count": count_row(read.find_count(self.actor, self.kwargs["reference"]))}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the count's page, which says what happened."""
        return self.go("staff_supplies:stock_count", reference=self.kwargs["reference"], done=done)


class Approve(_Decide):
    """The books follow the count."""

    form_class = ButtonForm
    template = "supplies/staff_stock/approve_count.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Approves."""
        approve_count(self.actor, DecideCount(count=self.kwargs["reference"]))
        return self.back("approved")


class RejectForm(forms.Form):
    """Why the count is not believed."""

    reason = forms.CharField(
        label="Why do you not agree",
        max_length=200,
        help_text="For example: two boxes stand behind the door.",
        error_messages={"required": "Say why, so that whoever counts again knows what to look at."},
    )


class Reject(_Decide):
    """The books stay as they are."""

    form_class = RejectForm
    template = "supplies/staff_stock/reject_count.html.jinja"

    def submit(self, form: RejectForm) -> HttpResponseRedirect:
        """Rejects."""
        reject_count(self.actor, DecideCount(count=self.kwargs["reference"], reason=form.cleaned_data["reason"]))
        return self.back("rejected")
