"""The steps of one case, each a page with one form: take it, reply, wait, answer, give it to somebody else."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.colleagues import workers_of
from portal.casework.conversation import thread_of
from portal.casework.forms.desk import Give
from portal.casework.forms.work import Answer, Merge, Nothing, Plan, Reply, Wait, Write
from portal.casework.permissions import WORK_CASES
from portal.casework.replies import replies_for
from portal.casework.selectors import find_case
from portal.casework.services.hand_over import give_case, put_back
from portal.casework.services.run_desk import add_note, merge_case, plan_case, reply_to_case
from portal.casework.services.work_case import answer_case, resume_case, take_case, wait_for
from portal.casework.states import CASE
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView


class CaseStep(FormPage, StaffView, abstract=True):
    """One step of a case; says at once when the case is past it."""

    permission = WORK_CASES
    template = "casework/step.html.jinja"
    target: ClassVar[str] = ""  # the state it leads to; '' for what changes no state
    heading: ClassVar[str]  # the page's h1
    button: ClassVar[str]
    explanation: ClassVar[str]

    def context(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        if self.target:
            CASE.check(self.actor, case.state, self.target)
        return {"case": case, "heading": self.heading, "button": self.button, "explanation": self.explanation}

    def done(self, done: str) -> HttpResponseRedirect:
        """Back to the case."""
        return self.go("staff_casework:case", reference=self.kwargs["reference"], done=done)


class Take(CaseStep):
    """Become the owner."""

    form_class = Nothing
    target = "in_progress"
    heading = "Look into it"
    button = "Look into it"
    explanation = "You become its owner. The site sees your name."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes the case."""
        take_case(self.actor, self.kwargs["reference"])
        return self.done("taken")


class WaitFor(CaseStep):
    """Wait for a named party."""

    form_class = Wait
    target = "waiting"
    heading = "Wait for somebody"
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


class _Writing(CaseStep, abstract=True):
    """A step with a text that may begin with one of the operator's (data/replies.toml)."""

    template = "casework/reply.html.jinja"
    use: ClassVar[str]  # "reply" or "answer"
    text: ClassVar[str]  # the name of the field

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Puts the chosen text into the message and shows the page again, or sends it."""
        return self._show_filled() if "fill" in request.POST else super().post(request, **kwargs)

    def context(self) -> dict[str, Any]:
        context = super().context()
        case = context["case"]
        return {**context, "replies": replies_for(case, self.use), "thread": thread_of(self.actor, case)}

    def _show_filled(self) -> HttpResponseBase:
        """The form as it was typed, with the text after what stands there already. Nothing is checked or kept."""
        form = self.form_class(**self.form_arguments())
        case, posted = find_case(self.actor, self.kwargs["reference"]), self.request.POST
        typed = {
            name: field.widget.value_from_datadict(posted, {}, name)
            for name, field in form.fields.items()  # type: ignore[attr-defined]
            if name != "upload"
        }
        chosen = [each for each in replies_for(case, self.use) if each.code == posted.get("begin_with")]
        parts = [str(typed[self.text] or "").rstrip(), *(each.filled(case, self.actor) for each in chosen)]
        typed[self.text] = "\n\n".join(part for part in parts if part)
        return self.show(self.form_class(**{**self.form_arguments(), "initial": typed}))


class AnswerCase(_Writing):
    """Answer the case."""

    form_class = Answer
    target = "resolved"
    heading = "Answer"
    button = "Send the answer"
    explanation = "An e-mail tells the reporter that there is an answer. It is read here, not in the e-mail."
    use, text = "answer", "answer"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the answer."""
        answer_case(self.actor, self.kwargs["reference"], form.cleaned_data["answer"], form.cleaned_data["upload"])
        return self.done("answered")


class WriteReply(_Writing):
    """Write to whoever asked."""

    form_class = Reply
    heading = "Reply"
    button = "Send the reply"
    explanation = "An e-mail tells them that there is news. It is read here, not in the e-mail."
    use, text = "reply", "body"

    def form_arguments(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        return {"may_wait": CASE.allows(self.actor, case.state, "waiting")}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the reply."""
        said = form.cleaned_data
        waits = said.get("then") == "wait"
        reply_to_case(
            self.actor,
            self.kwargs["reference"],
            said["body"],
            said["upload"],
            wait=waits,
            until=said["until"] if waits else None,
        )
        return self.done("replied_waits" if waits else "replied")


class Note(CaseStep):
    """Leave a note for colleagues."""

    form_class = Write
    heading = "Leave a note"
    button = "Keep the note"
    explanation = "Only staff read notes."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the note."""
        said = form.cleaned_data
        add_note(self.actor, self.kwargs["reference"], said["body"], said["upload"])
        return self.done("noted")


class PlanCase(CaseStep):
    """Queue and next look."""

    form_class = Plan
    heading = "Queue and next look"
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


class MergeCase(CaseStep):
    """Join a duplicate to the case that goes on."""

    form_class = Merge
    target = "merged"
    heading = "Join a duplicate"
    button = "Join them"
    explanation = "This case ends, and the other goes on. Whoever asked is told. This cannot be undone."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Joins them."""
        merge_case(self.actor, self.kwargs["reference"], form.cleaned_data["into"])
        return self.done("merged")


class GiveCase(CaseStep):
    """Make a colleague the owner."""

    form_class = Give
    heading = "Give it to a colleague"
    button = "Give it to them"
    explanation = "They become its owner, and an e-mail tells them. The site sees their name."

    def form_arguments(self) -> dict[str, Any]:
        case = find_case(self.actor, self.kwargs["reference"])
        return {"staff": [each for each in workers_of(case.queue) if each.user_id != case.owner_id]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Gives it."""
        give_case(self.actor, self.kwargs["reference"], form.cleaned_data["colleague"])
        return self.done("given")


class PutBack(CaseStep):
    """Nobody's any more."""

    form_class = Nothing
    heading = "Put it back into its queue"
    button = "Put it back"
    explanation = "The case goes back to its queue. Somebody else takes it."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Puts it back."""
        put_back(self.actor, self.kwargs["reference"])
        return self.done("put_back")


class Resume(CaseStep):
    """The wait is over."""

    form_class = Nothing
    target = "in_progress"
    heading = "Go on with it"
    button = "Go on with it"
    explanation = "The wait ends, and the clock of the case runs again."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends the wait."""
        resume_case(self.actor, self.kwargs["reference"])
        return self.done("resumed")
