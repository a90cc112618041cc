"""The pages of a guided request. Both mounts use them: signed in under /o/<code>/, and without account."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.forms.work import Nothing
from portal.casework.journeys.journey import DONE, Journey, Step, context_of
from portal.casework.journeys.table import JOURNEYS
from portal.casework.models import RequestDraft
from portal.casework.request_sections import sections_of
from portal.casework.services.keep_draft import discard_draft, find_draft, save_step
from portal.casework.services.submit_request import submit_request
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.web.form_page import FormPage


class RequestPage(FormPage, abstract=True):
    """What every page about one draft shares. A mount says ``layout`` and where its pages are (``pages``)."""

    layout: str
    pages: str  # the namespace of the mount's addresses
    form_class = Nothing

    @cached_property
    def draft(self) -> RequestDraft:
        """The draft in the path. Raises NotFound outside the actor's scope, Conflict when it was sent."""
        draft = find_draft(self.actor, self.kwargs["reference"])
        if draft.case_id is not None:
            raise Conflict("This request was sent. You cannot change it any more.")
        return draft

    @property
    def journey(self) -> Journey:
        """What kind of request it is."""
        return JOURNEYS[self.draft.journey]

    def context(self) -> dict[str, Any]:
        return {"layout": self.layout, "pages": self.pages, "draft": self.draft, "journey": self.journey}

    def to_step(self, step: Step) -> HttpResponseRedirect:
        """To a page of the request."""
        return self.go(f"{self.pages}:step", reference=self.draft.reference, step=step.code)

    def to_check(self) -> HttpResponseRedirect:
        """To the page with all answers."""
        return self.go(f"{self.pages}:check", reference=self.draft.reference)


class ResumePage(RequestPage, abstract=True):
    """Goes on where the request was left: the first page that is not answered, or the check."""

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirects."""
        step = self.journey.first_unanswered(self.draft)
        return self.to_check() if step is None else self.to_step(step)

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """There is nothing to send here."""
        return self.http_method_not_allowed(request)


class StepPage(RequestPage, abstract=True):
    """One page of the request. A page further on than the answers leads back to the first that is missing."""

    template = "casework/requests/step.html.jinja"

    @cached_property
    def step(self) -> Step:
        """The step in the path. Raises NotFound when this request has no such page."""
        step = self.journey.step(self.draft, self.kwargs["step"])
        if step is None:
            raise NotFound
        return step

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        """The step's own form."""
        return self.step.form

    def form_arguments(self) -> dict[str, Any]:
        return {"step": context_of(self.step, self.draft)}

    def context(self) -> dict[str, Any]:
        steps = self.journey.steps_for(self.draft)
        number = steps.index(self.step)
        before = steps[number - 1] if number else None
        return {
            **super().context(),
            "step": self.step,
            "number": number + 1,
            "steps": len(steps),
            "step_before": before,
        }

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """The page with what was answered before."""
        if self._is_too_far():
            return self._to_first_missing()
        initial = self.step.form.initial_from(self.draft.answers)
        form = self.step.form(initial=initial, **self.form_arguments())
        return self.show(form)

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Saves the answers and goes on."""
        return self._to_first_missing() if self._is_too_far() else super().post(request, **kwargs)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Saves; back to the check page when that is where the reader came from."""
        was_complete = self.journey.first_unanswered(self.draft) is None
        answers, uploads = form.answers(), form.uploads()
        self.draft = save_step(self.actor, self.draft.reference, self.step.code, answers, uploads)
        missing = self.journey.first_unanswered(self.draft)
        if was_complete or missing is None:
            return self.to_check() if missing is None else self.to_step(missing)
        steps = self.journey.steps_for(self.draft)
        return self.to_step(self._next(steps))

    def _next(self, steps: list[Step]) -> Step:
        """The page after this one: also one that holds what we know already, because it is there to be checked."""
        done = set(self.draft.answers.get(DONE, ()))
        position = next(number for number, step in enumerate(steps) if step.code == self.step.code)
        following = [step for step in steps[position + 1 :] if step.code not in done]
        return following[0] if following else next(step for step in steps if step.code not in done)

    def _is_too_far(self) -> bool:
        missing = self.journey.first_unanswered(self.draft)
        steps = self.journey.steps_for(self.draft)
        return missing is not None and steps.index(self.step) > steps.index(missing)

    def _to_first_missing(self) -> HttpResponseRedirect:
        missing = self.journey.first_unanswered(self.draft)
        return self.to_check() if missing is None else self.to_step(missing)


class CheckPage(RequestPage, abstract=True):
    """Check your answers, then send once."""

    template = "casework/requests/check.html.jinja"

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """All answers; a request that is not complete goes on where it is not."""
        step = self.journey.first_unanswered(self.draft)
        return self.to_step(step) if step is not None else super().get(request, **kwargs)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "sections": sections_of(self.draft)}

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Sends it; answers that are no longer right are named."""
        found = find_draft(self.actor, self.kwargs["reference"])
        if found.case_id is not None:
            return self.sent(submit_request(self.actor, found.reference))
        return super().post(request, **kwargs)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the request and says what happens next."""
        try:
            return self.sent(submit_request(self.actor, self.draft.reference))
        except Conflict as error:
            raise InvalidInput({None: error.sentence}) from error

    def sent(self, request: Any) -> HttpResponseRedirect:
        """Where the reader goes afterwards."""
        raise TypeError(f"{type(self).__name__} does not say where to go.")


class DiscardPage(RequestPage, abstract=True):
    """Asks once more, then throws the unfinished request away."""

    template = "casework/requests/discard.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Throws it away."""
        discard_draft(self.actor, self.draft.reference)
        return self.go(f"{self.pages}:start", done="discarded")
