"""Change requests as the operator's staff verify, decide and carry them out (J21)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.applying.actions import is_by_hand
from portal.casework.applying.apply import finish_step, skip_step, try_again
from portal.casework.applying.plans import plan_of
from portal.casework.conversation import first_files_of, history_of
from portal.casework.forms.proof import CallForm, DoneForm, FreezeForm, ReasonForm, SkipForm
from portal.casework.forms.work import Nothing
from portal.casework.models import ChangeRequest, PlanStep
from portal.casework.models.change_request import REQUEST_KINDS
from portal.casework.numbers_on_file import NumberOnFile, numbers_on_file
from portal.casework.people_on_file import addresses_on_file
from portal.casework.permissions import APPLY_CHANGE, APPROVE_CHANGE, FREEZE_CHANGE, VERIFY_CHANGE, VIEW_CASES
from portal.casework.request_list import RequestFilter, counts_by_state, list_requests
from portal.casework.request_sections import sections_of_request
from portal.casework.request_states import CHANGE_REQUEST
from portal.casework.request_steps import holder_of, steps_of
from portal.casework.requests import find_request
from portal.casework.services.decide_request import (
    approve_request,
    needs_cooling_off,
    refuse_request,
    send_back,
    unfreeze_request,
)
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView


class Requests(StaffView):
    """Every request that is not settled, the one that waits longest first."""

    permission = VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """One page of requests."""
        wanted = RequestFilter.read(request.GET)
        context = {
            "page": page_of(list_requests(self.actor, wanted), request.GET),
            "wanted": wanted,
            "counts": counts_by_state(self.actor),
            "kinds": REQUEST_KINDS,
        }
        return self.page("casework/proof/requests.html.jinja", context)


class OneRequest(StaffView):
    """One request: what it asks for, what proves it, and what it will change."""

    permission = VIEW_CASES
    notices = {
        "called": "The call is kept.",
        "approved": "The request is approved.",
        "sent_back": "It is to be verified again.",
        "refused": "The request is refused. Whoever asked is told.",
        "frozen": "The request is stopped.",
        "unfrozen": "The request goes on, and is verified again.",
        "step": "The step is settled.",
        "tried": "It was tried again. The plan says how it went.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The request, its proof, its plan, and the steps this person may take."""
        change = find_request(self.actor, reference)
        case = change.case
        plan = list(case.plan.order_by("position"))
        context = {
            "change": change,
            "case": case,
            "sections": sections_of_request(change),
            "steps": steps_of(change, plan),
            "holder": holder_of(change, plan),
            "told": addresses_on_file(change),
            "calls": list(case.calls.order_by("id")),
            "decisions": list(case.decisions.order_by("id")),
            "plan": [(step, is_by_hand(step)) for step in plan],
            "preview": [] if plan else plan_of(change),
            "cools": needs_cooling_off(change),
            "files": first_files_of(self.actor, case),
            "events": history_of(self.actor, case),
            "may": {name: CHANGE_REQUEST.allows(self.actor, change.state, target) for name, target in _BUTTONS.items()},
            "may_carry_out": change.state == "applying" and self.actor.can(APPLY_CHANGE),
        }
        return self.page("casework/proof/request.html.jinja", context)


# What the page's buttons lead to.
_BUTTONS = {"call": "approving", "approve": "applying", "back": "verifying", "refuse": "refused", "freeze": "frozen"}


class _Act(FormPage, StaffView, abstract=True):
    """One thing to do with a request; says at once when the request is past it."""

    template = "casework/proof/act.html.jinja"
    form_class: ClassVar[type[BaseForm]] = Nothing
    targets: ClassVar[tuple[str, ...]]  # states it may lead to
    title: ClassVar[str]
    button: ClassVar[str]
    explanation: ClassVar[str] = ""
    variant: ClassVar[str] = ""

    @cached_property
    def change(self) -> ChangeRequest:
        """The request in the path. Raises NotFound, or Conflict when it is not in a state for this."""
        found = find_request(self.actor, self.kwargs["reference"])
        if not any((found.state, target) in CHANGE_REQUEST.steps for target in self.targets):
            raise Conflict(f"This cannot be done now. The request is: {found.state_label.lower()}.")
        return found

    def context(self) -> dict[str, Any]:
        return {
            "change": self.change,
            "case": self.change.case,
            "title": self.title,
            "button": self.button,
            "explanation": self.explanation,
            "variant": self.variant,
        }

    def back(self, done: str) -> HttpResponseRedirect:
        """To the request."""
        return self.go("staff_requests:request", reference=self.kwargs["reference"], done=done)


class Call(_Act):
    """Record a call to a number on file."""

    permission = VERIFY_CHANGE
    form_class = CallForm
    template = "casework/proof/call.html.jinja"
    targets = ("approving",)
    title = "Call to verify the request"
    button = "Keep the call"

    @cached_property
    def numbers(self) -> list[NumberOnFile]:
        """The numbers that may be called."""
        return numbers_on_file(self.change)

    def form_arguments(self) -> dict[str, Any]:
        return {"numbers": self.numbers}

    def context(self) -> dict[str, Any]:
        calls = list(self.change.case.calls.order_by("id"))
        return {**super().context(), "numbers": self.numbers, "calls": calls}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the attempt."""
        record_call(self.actor, self.kwargs["reference"], form.command())
        return self.back("called")


class Approve(_Act):
    """Approve, having read everything that will change."""

    permission = APPROVE_CHANGE
    template = "casework/proof/approve.html.jinja"
    targets = ("applying", "cooling_off")
    title = "Approve the request"
    button = "Approve"

    @cached_property
    def change(self) -> ChangeRequest:
        """Only what waits for approval: what cools off becomes effective by itself."""
        found: ChangeRequest = super().change
        if found.state != "approving":
            raise Conflict(f"This cannot be done now. The request is: {found.state_label.lower()}.")
        return found

    def context(self) -> dict[str, Any]:
        return {**super().context(), "preview": plan_of(self.change), "cools": needs_cooling_off(self.change)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Approves it."""
        approve_request(self.actor, self.kwargs["reference"])
        return self.back("approved")


class SendBack(_Act):
    """Have it verified again."""

    permission = APPROVE_CHANGE
    form_class = ReasonForm
    targets = ("verifying",)
    title = "Send it back to be verified again"
    button = "Send it back"
    explanation = "The call that was made no longer counts. A stopped request goes on with this."

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it back; a stopped one goes on."""
        reference, reason = self.kwargs["reference"], form.cleaned_data["reason"]
        if self.change.state == "frozen":
            unfreeze_request(self.actor, reference, reason)
            return self.back("unfrozen")
        send_back(self.actor, reference, reason)
        return self.back("sent_back")


class Refuse(_Act):
    """Refuse it."""

    permission = APPROVE_CHANGE
    form_class = ReasonForm
    targets = ("refused",)
    title = "Refuse the request"
    button = "Refuse the request"
    explanation = "It ends here. Whoever asked can send a new one."
    variant = "warning"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Refuses it."""
        refuse_request(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("refused")


class Freeze(_Act):
    """Stop it for a check."""

    permission = FREEZE_CHANGE
    form_class = FreezeForm
    targets = ("frozen",)
    title = "Stop the request"
    button = "Stop the request"
    explanation = "Nothing more happens until an approver has looked at it."
    variant = "warning"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Stops it."""
        freeze_request(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.back("frozen")


class _PlanStep(_Act, abstract=True):
    """One step of a plan that is being carried out."""

    permission = APPLY_CHANGE
    targets = ("applied",)

    @property
    def position(self) -> int:
        """Which step: its place in the plan. Raises NotFound for what is no number."""
        try:
            return int(self.kwargs["step"])
        except ValueError as error:
            raise NotFound from error

    def context(self) -> dict[str, Any]:
        steps = PlanStep.objects.visible_to(self.actor)  # type: ignore[attr-defined]
        found = steps.filter(case__reference=self.kwargs["reference"], position=self.position).first()
        if found is None:
            raise NotFound
        return {**super().context(), "explanation": found.title}


class Finish(_PlanStep):
    """A person did it."""

    form_class = DoneForm
    title = "Say that a step is done"
    button = "It is done"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        finish_step(self.actor, self.kwargs["reference"], self.position, form.cleaned_data["said"])
        return self.back("step")


class Skip(_PlanStep):
    """It is not needed."""

    form_class = SkipForm
    title = "Leave a step out"
    button = "It is not needed"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the reason."""
        skip_step(self.actor, self.kwargs["reference"], self.position, form.cleaned_data["said"])
        return self.back("step")


class TryAgain(_PlanStep):
    """Try it once more."""

    title = "Try a step again"
    button = "Try again"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Tries it now."""
        try_again(self.actor, self.kwargs["reference"], self.position)
        return self.back("tried")
