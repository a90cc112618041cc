"""Enquiries of somebody without account: nothing becomes a case before the address is confirmed by a link (J20)."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.case_steps import case_steps, promise_of, who_has_it
from portal.casework.conversation import first_files_of, history_of, thread_of
from portal.casework.enquiry_types import enquiries
from portal.casework.models import Case
from portal.casework.permissions import ASK, VIEW_OWN_CASES
from portal.casework.policy import policy
from portal.casework.requester import RequesterView, remember, requester
from portal.casework.selectors import find_case
from portal.casework.services.keep_enquiry import start_enquiry_by_email
from portal.casework.views.enquiry_pages import AnswerFirstPage, BeginPage, ChangePage, CheckEnquiryPage, SentPage
from portal.casework.views.own_case_pages import ways_of
from portal.foundation.web.views import PublicView

_LAYOUT = "layouts/public.html.jinja"
_KINDS = (
    ("gp", "GP practice"),
    ("dental", "Dental practice"),
    ("ophthalmic", "Optical practice"),
    ("pharmacy", "Pharmacy"),
)


class Start(PublicView):
    """What can be asked without an account; ``?for=`` narrows it to one contractor type."""

    notices = {"answered": "We are glad that this answers it. Nothing was sent."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The categories with their types."""
        chosen = request.GET.get("for", "")
        chosen = chosen if chosen in dict(_KINDS) else ""
        context = {"layout": _LAYOUT, "pages": "casework_enquiries", "groups": enquiries().grouped(chosen)}
        return self.page("casework/enquiries/start.html.jinja", {**context, "kinds": _KINDS, "chosen": chosen})


class Begin(BeginPage, PublicView):
    """The questions of one type, and who asks."""

    layout = _LAYOUT
    pages = "casework_enquiries"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Mails the link, unless too many were asked for; the answer is the same either way (R1)."""
        answers = form.answers()
        email = answers["sender_email"].lower()
        if ratelimit.consume(self.request, action="casework_link", key=email):
            start_enquiry_by_email(requester(email, name=answers["sender_name"]), self.enquiry, answers)
        return self.go("casework_enquiries:mailed")


class Mailed(PublicView):
    """Look into your mailbox."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The same page for everybody, whatever was typed."""
        return self.page("casework/enquiries/mailed.html.jinja", {"layout": _LAYOUT})


class _Draft(RequesterView, abstract=True):
    permission = ASK
    thing = "draft"
    layout = _LAYOUT
    pages = "casework_enquiries"


class Change(ChangePage, _Draft):
    """The answers again; the first page after the link leads on to the check."""

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """From the link to what may answer it; from the check page, with ``?change``, to the form."""
        if "change" in request.GET:
            return super().get(request, **kwargs)
        return self.go("casework_enquiries:answer_first", reference=self.draft.reference)


class AnswerFirst(AnswerFirstPage, _Draft):
    """What may answer it already: help alone, because nobody has proved where they belong."""


class Check(CheckEnquiryPage, _Draft):
    """All answers, and the button that sends."""

    def sent(self, case: Case) -> HttpResponseRedirect:
        """To the case, which this browser may see: its address was confirmed."""
        remember(self.request, "case", case.reference, self.actor.email)
        return super().sent(case)


class _OwnCase(RequesterView, abstract=True):
    permission = VIEW_OWN_CASES
    thing = "case"
    layout = _LAYOUT
    own_page = "casework_enquiries:case"


class Sent(SentPage, _OwnCase):
    """The confirmation."""


class OwnEnquiry(_OwnCase):
    """One enquiry for whoever sent it: who has it now, and the answer."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The enquiry."""
        case = find_case(self.actor, reference)
        context = {
            "case": case,
            "case_steps": case_steps(case, history_of(self.actor, case)),
            "promise": promise_of(case),
            "who_has_it": who_has_it(case),
            "thread": thread_of(self.actor, case),
            "files": first_files_of(self.actor, case),
            "file_page": "casework_requests:file",
            "file_arguments": {"reference": reference},
            "queue": policy().queues.get(case.queue, case.queue),
            "ways": ways_of(self.actor, case, "casework_requests"),
        }
        return self.page("casework/enquiries/own.html.jinja", context)
