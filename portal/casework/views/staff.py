"""Cases as the operator's staff works on them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.forms.work import Answer, Nothing, Wait
from portal.casework.permissions import VIEW_CASES, WORK_CASES
from portal.casework.selectors import events_of, find_case, list_cases
from portal.casework.services.work_case import answer_case, take_case, wait_for
from portal.casework.states import CASE
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView


class Cases(StaffView):
    """The queue: open cases, oldest first, or all of them."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of cases."""
        show = request.GET.get("show", "open")
        page = page_of(list_cases(self.actor, show), request.GET)
        return self.page("casework/cases.html.jinja", {"page": page, "show": show})


class OneCase(StaffView):
    """One case with everything about it and what can be done next."""

    permission = VIEW_CASES
    notices = {
        "taken": "You are now looking into it.",
        "waiting": "The case waits. The site sees for whom.",
        "answered": "The answer was sent.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The case, its history, and the steps this person may take."""
        case = find_case(self.actor, reference)
        allowed = {target for target in CASE.states if CASE.allows(self.actor, case.state, target)}
        return self.page(
            "casework/staff_case.html.jinja", {"case": case, "events": events_of(case), "allowed": allowed}
        )


class _Step(FormPage, StaffView, abstract=True):
    """One step of a case; says at once when the case is past it."""

    permission = WORK_CASES
    template = "casework/step.html.jinja"
    target: ClassVar[str]
    button: ClassVar[str]
    explanation: ClassVar[str]

    def context(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        CASE.check(self.actor, case.state, self.target)
        return {"case": case, "button": self.button, "explanation": self.explanation}

    def done(self, done: str) -> HttpResponseRedirect:
        """Back to the case."""
        return self.go("staff_casework:case", reference=self.kwargs["reference"], done=done)


class Take(_Step):
    """Become the owner."""

    form_class = Nothing
    target = "in_progress"
    button = "Look into it"
    explanation = "You become its owner. The site sees your name."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes the case."""
        take_case(self.actor, self.kwargs["reference"])
        return self.done("taken")


class WaitFor(_Step):
    """Wait for a named party."""

    form_class = Wait
    target = "waiting"
    button = "Wait"
    explanation = "The site sees whom you wait for."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Lets the case wait."""
        wait_for(self.actor, self.kwargs["reference"], form.cleaned_data["whom"])
        return self.done("waiting")


class AnswerCase(_Step):
    """Answer the case."""

    form_class = Answer
    target = "resolved"
    button = "Send the answer"
    explanation = "An e-mail tells the reporter that there is an answer. It is read here, not in the e-mail."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the answer."""
        answer_case(self.actor, self.kwargs["reference"], form.cleaned_data["answer"])
        return self.done("answered")
