"""Enquiries of somebody who is signed in, under /o/<code>/enquiries/ (J20)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.enquiry_types import enquiries
from portal.casework.permissions import ASK
from portal.casework.services.keep_enquiry import start_enquiry
from portal.casework.views.enquiry_pages import AnswerFirstPage, BeginPage, ChangePage, CheckEnquiryPage, SentPage
from portal.foundation.web.views import ContractorView


class _Mount(ContractorView, abstract=True):
    permission = ASK
    layout = "layouts/contractor.html.jinja"
    pages = "enquiries"
    own_page = "casework:case"


class Start(_Mount):
    """What can be asked, for this contractor type."""

    notices = {"answered": "We are glad that this answers it. Nothing was sent."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The categories with their types."""
        groups = enquiries().grouped(self.actor.contractor_type)
        context = {"layout": self.layout, "pages": self.pages, "groups": groups, "kinds": ()}
        return self.page("casework/enquiries/start.html.jinja", context)


class Begin(BeginPage, _Mount):
    """The questions of one type."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps them, then shows what may answer them already."""
        draft = start_enquiry(self.actor, self.enquiry, form.answers())
        return self.go("enquiries:answer_first", reference=draft.reference)


class Change(ChangePage, _Mount):
    """The answers again."""


class AnswerFirst(AnswerFirstPage, _Mount):
    """What may answer it already."""


class Check(CheckEnquiryPage, _Mount):
    """All answers, and the button that sends."""


class Sent(SentPage, _Mount):
    """The confirmation of one's organisation's own enquiry."""
