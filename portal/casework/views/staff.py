"""Cases as the operator's staff works on them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.forms.work import Answer, Nothing, Wait
from portal.casework.models import Case
from portal.casework.permissions import VIEW_CASES, WORK_CASES
from portal.casework.selectors import events_of, find_case
from portal.casework.services.work_case import answer_case, take_case, wait_for
from portal.casework.states import CASE
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView

OPEN = ("received", "in_progress", "waiting")


class Cases(StaffView):
    """The queue: open cases, oldest first, or all of them."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of cases."""
        show = request.GET.get("show", "open")
        cases = Case.objects.visible_to(self.actor).select_related("organisation").order_by("id")  # type: ignore[attr-defined]
        if show == "mine":
            cases = cases.filter(owner_id=self.actor.user_id, state__in=OPEN)
        elif show != "all":
            cases = cases.filter(state__in=OPEN)
        return self.page("casework/cases.html.jinja", {"page": page_of(cases, request.GET), "show": show})


class OneCase(StaffView):
    """One case with everything about it and what can be done next."""

    permission = VIEW_CASES
    notices = {"taken": "You are now looking into it.", "waiting": "The case waits.", "answered": "The answer was sent."}

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The case, its history, and the steps this person may take."""
        case = find_case(self.actor, reference)
        allowed = {target for target in CASE.states if CASE.allows(self.actor, case.state, target)}
        context = {"case": case, "events": events_of(case), "allowed": allowed, "answer": Answer(), "wait": Wait()}
        return self.page("casework/staff_case.html.jinja", context)


class _Step(FormPage, StaffView, abstract=True):
    permission = WORK_CASES
    template = "casework/step.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"case": find_case(self.actor, self.kwargs["reference"])}


class Take(_Step):
    """Become the owner."""

    form_class = Nothing

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes the case."""
        return self.go("staff_casework:case", reference=take_case(self.actor, self.kwargs["reference"]).reference, done="taken")


class WaitFor(_Step):
    """Wait for a named party."""

    form_class = Wait

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Lets the case wait."""
        case = wait_for(self.actor, self.kwargs["reference"], form.cleaned_data["whom"])
        return self.go("staff_casework:case", reference=case.reference, done="waiting")


class AnswerCase(_Step):
    """Answer the case."""

    form_class = Answer

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the answer."""
        case = answer_case(self.actor, self.kwargs["reference"], form.cleaned_data["answer"])
        return self.go("staff_casework:case", reference=case.reference, done="answered")
