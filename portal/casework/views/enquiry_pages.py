"""The pages of an enquiry. Both mounts use them: signed in under /o/<code>/, and without account (J20)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.enquiry_types import EnquiryType, enquiries
from portal.casework.forms.enquiry import EnquiryForm, SendForm, rows_of
from portal.casework.forms.work import Nothing
from portal.casework.models import Case, RequestDraft
from portal.casework.policy import policy
from portal.casework.selectors import find_case, own_open_cases
from portal.casework.services.keep_enquiry import discard_enquiry, find_enquiry, save_enquiry
from portal.casework.services.send_enquiry import check_confirmed, send_enquiry, type_of
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import PortalView
from portal.supplies.api import live_orders


class EnquiryPage(FormPage, abstract=True):
    """What every page shares. A mount says ``layout`` and where its pages are (``pages``)."""

    layout: str
    pages: str  # the namespace of the mount's addresses
    form_class: Any = Nothing

    @cached_property
    def draft(self) -> RequestDraft:
        """The draft in the path. Raises NotFound outside the actor's scope, Conflict when it was sent."""
        draft = find_enquiry(self.actor, self.kwargs["reference"])
        if draft.case_id is not None:
            raise Conflict("This enquiry was sent. You cannot change it any more.")
        check_confirmed(draft)
        return draft

    @cached_property
    def enquiry(self) -> EnquiryType:
        """The type of the draft."""
        return type_of(self.draft)

    def context(self) -> dict[str, Any]:
        return {"layout": self.layout, "pages": self.pages, "enquiry": self.enquiry}


class BeginPage(EnquiryPage, abstract=True):
    """The questions of a type, or where to go instead. Nothing is kept before the form is sent."""

    form_class = EnquiryForm
    template = "casework/enquiries/form.html.jinja"

    @cached_property
    def enquiry(self) -> EnquiryType:
        """The type in the path. Raises NotFound for one that this contractor type does not have."""
        found = enquiries().types.get(self.kwargs["enquiry"])
        own_type = self.actor.contractor_type
        if found is None or (own_type and own_type not in found.contractor_types):
            raise NotFound
        return found

    def form_arguments(self) -> dict[str, Any]:
        return {"enquiry": self.enquiry, "actor": self.actor}

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """The form, or the pointer."""
        if self.enquiry.is_pointer:
            return self.page("casework/enquiries/pointer.html.jinja", self.context())
        return super().get(request, **kwargs)

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Keeps what was typed."""
        if self.enquiry.is_pointer:
            raise NotFound
        return super().post(request, **kwargs)


class ChangePage(EnquiryPage, abstract=True):
    """The answers again, to be changed."""

    form_class = EnquiryForm
    template = "casework/enquiries/form.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"enquiry": self.enquiry, "actor": self.actor}

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """The form with what was typed before."""
        form = EnquiryForm(**self.form_arguments())
        form.initial_from(self.draft.answers)
        return self.show(form)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Saves."""
        save_enquiry(self.actor, self.draft.reference, form.answers())
        return self.go(f"{self.pages}:check", reference=self.draft.reference)


class AnswerFirstPage(EnquiryPage, abstract=True):
    """What may answer it already: the sender's own live orders, open cases, and help."""

    template = "casework/enquiries/answer_first.html.jinja"

    def context(self) -> dict[str, Any]:
        signed_in = self.actor.audience == "contractor"
        return {
            **super().context(),
            "draft": self.draft,
            "signed_in": signed_in,
            "orders": live_orders(self.actor) if signed_in else [],
            "cases": own_open_cases(self.actor) if signed_in else [],
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """This answers it: the enquiry is thrown away."""
        discard_enquiry(self.actor, self.draft.reference)
        return self.go(f"{self.pages}:start", done="answered")


class CheckEnquiryPage(EnquiryPage, abstract=True):
    """Check your answers, add files, then send once."""

    form_class = SendForm
    template = "casework/enquiries/check.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"enquiry": self.enquiry}

    def context(self) -> dict[str, Any]:
        answers = self.draft.answers
        known = self._sender(answers)
        rows = [{"key": label, "value": value} for label, value in [*known, *rows_of(self.enquiry, answers)]]
        return {**super().context(), "draft": self.draft, "rows": rows}

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Sends it. What was sent already leads to its confirmation, also from another tab."""
        found = find_enquiry(self.actor, self.kwargs["reference"])
        if found.case_id is not None:
            return self.sent(send_enquiry(self.actor, found.reference))
        return super().post(request, **kwargs)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the enquiry."""
        return self.sent(send_enquiry(self.actor, self.draft.reference, form.cleaned_data.get("files") or ()))

    def sent(self, case: Case) -> HttpResponseRedirect:
        """Where the reader goes afterwards."""
        return self.go(f"{self.pages}:sent", reference=case.reference)

    def _sender(self, answers: dict[str, Any]) -> list[tuple[str, str]]:
        if self.actor.audience == "contractor":
            where = f"{self.actor.organisation_name} ({self.actor.organisation_code})"
            return [("From", self.actor.name), ("E-mail address", self.actor.email), ("Organisation", where)]
        return [
            ("From", answers.get("sender_name", "")),
            ("E-mail address", self.actor.email),
            ("Organisation", answers.get("sender_organisation", "")),
        ]


class SentPage(PortalView, abstract=True):
    """The reference, who has it, and by when."""

    layout: str
    own_page: str

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """The confirmation. Raises NotFound outside the actor's scope (R1)."""
        case = find_case(self.actor, self.kwargs["reference"])
        context = {
            "layout": self.layout,
            "case": case,
            "queue": policy().queues.get(case.queue, case.queue),
            "own_page": self.own_page,
        }
        return self.page("casework/enquiries/sent.html.jinja", context)
