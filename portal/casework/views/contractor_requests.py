"""Guided requests of somebody who is signed in, under /o/<code>/requests/."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.accounts.api import main_contact_of
from portal.casework.forms.proof import AnswerForm
from portal.casework.forms.work import Nothing
from portal.casework.journeys.journey import Journey
from portal.casework.journeys.table import JOURNEYS
from portal.casework.permissions import CHANGE_ORGANISATION, REQUEST_CHANGE
from portal.casework.requests import find_request
from portal.casework.selectors import own_drafts
from portal.casework.services.commissioner_decides import answer_question
from portal.casework.services.keep_draft import start_draft
from portal.casework.services.withdraw_request import withdraw_request
from portal.casework.views.request_pages import CheckPage, DiscardPage, ResumePage, StepPage
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView, link


class _Mount(ContractorView, abstract=True):
    permission = REQUEST_CHANGE
    layout = "layouts/contractor.html.jinja"
    pages = "requests"


class Start(_Mount):
    """What can be asked for, and what was begun and not sent."""

    notices = {"discarded": "The request is thrown away."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list for this contractor type."""
        journeys = [each for each in JOURNEYS.values() if self.actor.contractor_type in each.contractor_types]
        context = {
            "layout": self.layout,
            "journeys": journeys,
            "drafts": [(draft, JOURNEYS[draft.journey]) for draft in own_drafts(self.actor)],
            "may_change": self.actor.can(CHANGE_ORGANISATION),
            "main_contact": main_contact_of(self.actor.organisation_id or 0),
            "addresses": {each.code: link("requests:begin", code=code, journey=each.code) for each in journeys},
        }
        return self.page("casework/requests/start.html.jinja", context)


class Begin(FormPage, _Mount):
    """What is needed and what happens; the button begins."""

    form_class = Nothing
    template = "casework/requests/begin.html.jinja"

    def journey(self) -> Journey:
        """The kind of request in the path. Raises NotFound for one that this contractor type does not have."""
        journey = JOURNEYS.get(self.kwargs["journey"])
        if journey is None or self.actor.contractor_type not in journey.contractor_types:
            raise NotFound
        return journey

    def context(self) -> dict[str, Any]:
        journey = self.journey()
        if journey.main_contact_only:
            self.actor.require(CHANGE_ORGANISATION)
        return {"layout": self.layout, "journey": journey, "signed_in": True}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Begins a draft with all that is known."""
        draft = start_draft(self.actor, self.journey())
        return self.go("requests:resume", reference=draft.reference)


class Resume(ResumePage, _Mount):
    """Goes on with a draft."""


class OneStep(StepPage, _Mount):
    """One page of a draft."""


class Check(CheckPage, _Mount):
    """All answers, and the button that sends."""

    def sent(self, request: Any) -> HttpResponseRedirect:
        """To the confirmation."""
        return self.go("requests:sent", reference=request.case.reference)


class Discard(DiscardPage, _Mount):
    """Throw a draft away."""


class Sent(_Mount):
    """The reference, who has it, and what comes next."""

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The confirmation of one's organisation's own request."""
        found = find_request(self.actor, reference)
        context = {
            "layout": self.layout,
            "change": found,
            "journey": JOURNEYS[found.kind],
            "own_page": link("casework:case", code=code, reference=reference),
        }
        return self.page("casework/requests/sent.html.jinja", context)


class AnswerQuestion(FormPage, _Mount):
    """Answers the commissioner's question, so that the request goes back to them."""

    form_class = AnswerForm
    template = "casework/requests/answer.html.jinja"

    def context(self) -> dict[str, Any]:
        change = find_request(self.actor, self.kwargs["reference"])
        if change.state != "queried":
            raise Conflict("The commissioner has no open question about this request.")
        question = change.case.messages.filter(side="commissioner").order_by("-id").first()
        return {"change": change, "question": question}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the answer."""
        answer_question(self.actor, self.kwargs["reference"], form.cleaned_data["text"])
        return self.go("casework:case", reference=self.kwargs["reference"], done="written")


class Withdraw(FormPage, _Mount):
    """Asks once more, then takes the request back."""

    form_class = Nothing
    template = "casework/requests/withdraw.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"change": find_request(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes it back."""
        withdraw_request(self.actor, self.kwargs["reference"])
        return self.go("casework:case", reference=self.kwargs["reference"], done="withdrawn")
