"""Cases as the operator's staff works on them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.casework.conversation import first_files_of, history_of, thread_of
from portal.casework.desk import SHOWN, Wanted, clock_of, find_cases, queue_counts, team_load
from portal.casework.forms.work import Answer, Merge, Nothing, Plan, Wait, Write
from portal.casework.permissions import VIEW_CASES, WORK_CASES
from portal.casework.policy import policy
from portal.casework.requests import request_of
from portal.casework.selectors import find_case
from portal.casework.services.run_desk import add_note, merge_case, plan_case, reply_to_case
from portal.casework.services.work_case import answer_case, take_case, wait_for
from portal.casework.states import CASE, OPEN_STATES
from portal.casework.views.own_case_pages import FilePage
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView


class Cases(StaffView):
    """The queues and the cases in them: what is to be looked at first comes first."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of cases."""
        wanted = Wanted.read(request.GET)
        context = {
            "page": page_of(find_cases(self.actor, wanted), request.GET),
            "wanted": wanted,
            "shown": SHOWN,
            "queues": queue_counts(self.actor),
            "today": timezone.localdate(),
        }
        return self.page("casework/cases.html.jinja", context)


class TeamLoad(StaffView):
    """Who has how much, so that work can be shared out."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The table."""
        return self.page("casework/team_load.html.jinja", {"rows": team_load(self.actor)})


class OneCase(StaffView):
    """One case with everything about it and what can be done next."""

    permission = VIEW_CASES
    notices = {
        "taken": "You are now looking into it.",
        "waiting": "The case waits. The site sees for whom.",
        "answered": "The answer was sent.",
        "replied": "The reply was sent.",
        "noted": "The note is kept. Only staff read it.",
        "planned": "The queue and the day are kept.",
        "merged": "The case was joined to the other one.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The case, its thread, its history, and the steps this person may take."""
        case = find_case(self.actor, reference)
        context = {
            "case": case,
            "change": request_of(self.actor, case),
            "events": history_of(self.actor, case),
            "thread": thread_of(self.actor, case),
            "files": first_files_of(self.actor, case),
            "allowed": {target for target in CASE.states if CASE.allows(self.actor, case.state, target)},
            "may_work": self.actor.can(WORK_CASES),
            "is_open": case.state in OPEN_STATES,
            "queue": policy().queues.get(case.queue, case.queue),
            "clock": clock_of(case),
            "duplicates": list(case.merged.values_list("reference", flat=True)),
        }
        return self.page("casework/staff_case.html.jinja", context)


class File(FilePage, StaffView):
    """A file of the case, or of a note."""

    permission = VIEW_CASES


class _Step(FormPage, StaffView, abstract=True):
    """One step of a case; says at once when the case is past it."""

    permission = WORK_CASES
    template = "casework/step.html.jinja"
    target: ClassVar[str] = ""  # the state it leads to; '' for what changes no state
    button: ClassVar[str]
    explanation: ClassVar[str]

    def context(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        if self.target:
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
        said = form.cleaned_data
        wait_for(
            self.actor,
            self.kwargs["reference"],
            said["whom"],
            party=said["party"] or "other",
            until=said["until"],
        )
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


class Reply(_Step):
    """Write to whoever asked."""

    form_class = Write
    button = "Send the reply"
    explanation = "An e-mail tells them that there is news. It is read here, not in the e-mail."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the reply."""
        said = form.cleaned_data
        reply_to_case(self.actor, self.kwargs["reference"], said["body"], said["upload"])
        return self.done("replied")


class Note(_Step):
    """Leave a note for colleagues."""

    form_class = Write
    button = "Keep the note"
    explanation = "Only staff read notes."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the note."""
        said = form.cleaned_data
        add_note(self.actor, self.kwargs["reference"], said["body"], said["upload"])
        return self.done("noted")


class PlanCase(_Step):
    """Queue and next look."""

    form_class = Plan
    button = "Save"
    explanation = "The case comes up in its queue on that day."

    def form_arguments(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        return {"initial": {"queue": case.queue, "next_action_on": case.next_action_on}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps both."""
        said = form.cleaned_data
        plan_case(self.actor, self.kwargs["reference"], said["queue"], said["next_action_on"])
        return self.done("planned")


class MergeCase(_Step):
    """Join a duplicate to the case that goes on."""

    form_class = Merge
    target = "merged"
    button = "Join them"
    explanation = "This case ends, and the other goes on. Whoever asked is told. This cannot be undone."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Joins them."""
        merge_case(self.actor, self.kwargs["reference"], form.cleaned_data["into"])
        return self.done("merged")
