"""What a commissioner decides: closures, relocations and mergers of its own organisations (J29)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.casework.applying.plans import plan_of
from portal.casework.conversation import thread_of
from portal.casework.forms.proof import CommissionerForm
from portal.casework.models import ChangeRequest
from portal.casework.permissions import DECIDE_CHANGE
from portal.casework.policy import policy
from portal.casework.request_list import RequestFilter, counts_by_state, list_requests
from portal.casework.request_sections import sections_of_request
from portal.casework.request_steps import steps_of
from portal.casework.requests import find_request
from portal.casework.services.commissioner_decides import decide_for_commissioner
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import CommissionerView


class Requests(CommissionerView):
    """What waits for a decision, and what was decided."""

    permission = DECIDE_CHANGE

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of requests; those that wait for this commissioner unless another state is chosen."""
        wanted = RequestFilter.read({"state": "commissioner", **request.GET.dict()})
        context = {
            "page": page_of(list_requests(self.actor, wanted), request.GET),
            "wanted": wanted,
            "counts": counts_by_state(self.actor),
        }
        return self.page("casework/commissioner/requests.html.jinja", context)


class OneRequest(CommissionerView):
    """One request: what is asked, how much notice was given, what it will change."""

    permission = DECIDE_CHANGE
    notices = {
        "agreed": "You agreed. We now carry it out, or verify it first.",
        "queried": "Your question was sent. You are told when there is an answer.",
        "refused": "You refused it. Whoever asked is told why.",
    }

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The request."""
        change = find_request(self.actor, reference)
        context = {
            **_facts(change),
            "thread": thread_of(self.actor, change.case),
            "decisions": list(change.case.decisions.filter(decider="commissioner").order_by("id")),
            "steps": steps_of(change),
        }
        return self.page("casework/commissioner/request.html.jinja", context)


class Decide(FormPage, CommissionerView):
    """Agree, ask or refuse."""

    permission = DECIDE_CHANGE
    form_class = CommissionerForm
    template = "casework/commissioner/decide.html.jinja"

    def context(self) -> dict[str, Any]:
        change = find_request(self.actor, self.kwargs["reference"])
        if change.state != "commissioner":
            raise Conflict(f"This request does not wait for you. It is: {change.state_label.lower()}.")
        return _facts(change)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Decides."""
        outcome, reference = form.cleaned_data["outcome"], self.kwargs["reference"]
        decide_for_commissioner(self.actor, reference, outcome, form.cleaned_data["reason"])
        return self.go("commissioner:request", reference=reference, done=outcome)


def _facts(change: ChangeRequest) -> dict[str, Any]:
    """What both pages show. ``notice_days`` is how many days ahead the change was announced."""
    sent_on = timezone.localdate(change.case.opened_at)
    with system_scope():  # the plan names the Main Contact, whose membership is the practice's row
        preview = plan_of(change)
    return {
        "change": change,
        "case": change.case,
        "sections": sections_of_request(change),
        "preview": preview,
        "notice_days": (change.effective_on - sent_on).days if change.effective_on is not None else None,
        "notice_wanted": policy().durations.notice_days,
    }
