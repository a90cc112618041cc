"""Guided requests of somebody without account: the address is confirmed by a link before anything is sent."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.conversation import first_files_of, thread_of
from portal.casework.forms.requests.start import AddressForm, StatusForm
from portal.casework.journeys.journey import Journey
from portal.casework.journeys.table import JOURNEYS
from portal.casework.permissions import REQUEST_CHANGE, VIEW_OWN_CASES
from portal.casework.request_facts import request_facts
from portal.casework.requester import RequesterView, remember, requester
from portal.casework.requests import find_request
from portal.casework.selectors import find_case
from portal.casework.services.keep_draft import start_draft_by_email
from portal.casework.services.mail_case_link import mail_case_link
from portal.casework.views.own_case_pages import NOTICES, ways_of
from portal.casework.views.request_pages import CheckPage, DiscardPage, ResumePage, StepPage
from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import PublicView, link

_LAYOUT = "layouts/public.html.jinja"


class Start(PublicView):
    """What can be asked for without an account."""

    notices = {"discarded": "The request is thrown away."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list; what only a Main Contact may ask says so."""
        addresses = {
            each.code: link("casework_requests:begin", journey=each.code)
            for each in JOURNEYS.values()
            if each.without_account
        }
        context = {"layout": _LAYOUT, "journeys": list(JOURNEYS.values()), "addresses": addresses, "drafts": []}
        return self.page("casework/requests/start.html.jinja", {**context, "may_change": False, "public": True})


class Begin(FormPage, PublicView):
    """What is needed and what happens; asks for the e-mail address, to which a link goes."""

    form_class = AddressForm
    template = "casework/requests/begin.html.jinja"

    def journey(self) -> Journey:
        """The kind of request in the path. Raises NotFound for one that needs an account."""
        journey = JOURNEYS.get(self.kwargs["journey"])
        if journey is None or not journey.without_account:
            raise NotFound
        return journey

    def context(self) -> dict[str, Any]:
        return {"layout": _LAYOUT, "journey": self.journey(), "signed_in": False}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Mails the link, unless too many were asked for; the answer is the same either way."""
        email, name = form.cleaned_data["email"].lower(), form.cleaned_data["name"]
        if ratelimit.consume(self.request, action="casework_link", key=email):
            start_draft_by_email(requester(email, name=name), self.journey())
        return self.go("casework_requests:mailed")


class Mailed(PublicView):
    """Look into your mailbox."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The same page for everybody, whatever was typed."""
        return self.page("casework/requests/mailed.html.jinja", {"layout": _LAYOUT})


class Status(FormPage, PublicView):
    """See a request or an enquiry again: reference and address, and a new link is mailed when they belong together."""

    form_class = StatusForm
    template = "casework/requests/status.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """The same answer whether the case exists or not."""
        email, reference = form.cleaned_data["email"].lower(), form.cleaned_data["reference"]
        if ratelimit.consume(self.request, action="casework_link", key=email):
            mail_case_link(requester(email), reference)
        return self.go("casework_requests:mailed")


class _Draft(RequesterView, abstract=True):
    permission = REQUEST_CHANGE
    thing = "draft"
    layout = _LAYOUT
    pages = "casework_requests"


class Resume(ResumePage, _Draft):
    """Goes on with a draft."""


class OneStep(StepPage, _Draft):
    """One page of a draft."""


class Check(CheckPage, _Draft):
    """All answers, and the button that sends."""

    def sent(self, request: Any) -> HttpResponseRedirect:
        """To the request's page, which this browser may see: its address was confirmed."""
        remember(self.request, "case", request.case.reference, self.actor.email)
        return self.go("casework_requests:sent", reference=request.case.reference)


class Discard(DiscardPage, _Draft):
    """Throw a draft away."""


class _OwnCase(RequesterView, abstract=True):
    permission = VIEW_OWN_CASES
    thing = "case"


class Sent(_OwnCase):
    """The reference, who has it, and what comes next."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The confirmation."""
        found = find_request(self.actor, reference)
        context = {
            "layout": _LAYOUT,
            "change": found,
            "journey": JOURNEYS[found.kind],
            "own_page": link("casework_requests:case", reference=reference),
        }
        return self.page("casework/requests/sent.html.jinja", context)


class OwnCase(_OwnCase):
    """One's own case: who has it now, what moves it on, and what was said."""

    notices = NOTICES

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The request with its steps, or the enquiry; and the conversation."""
        case = find_case(self.actor, reference)
        context = {
            "case": case,
            **request_facts(self.actor, case),
            "thread": thread_of(self.actor, case),
            "files": first_files_of(self.actor, case),
            "ways": ways_of(self.actor, case, "casework_requests"),
            "file_page": "casework_requests:file",
            "file_arguments": {"reference": reference},
        }
        return self.page("casework/requests/own.html.jinja", context)
