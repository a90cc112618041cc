"""Temporary residents' forms as practices see them: those that came, and those they sent (J11)."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import Conflict
from portal.foundation.files import private_download
from portal.foundation.web.exports import csv_response
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.records.temporary_residents import presenters as say
from portal.records.temporary_residents import selectors as read
from portal.records.temporary_residents.forms.contractor import NarrowForm, ReturnForm, SendFormForm
from portal.records.temporary_residents.permissions import HANDLE_FORMS, VIEW_FORMS
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.choose_mail import choose_mail
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.return_form import return_form
from portal.records.temporary_residents.services.send_form import SendForm, send_form
from portal.records.temporary_residents.services.withdraw_form import withdraw_form

_SHOWN = "handle_form"
_RECEIVED, _SENT = ("open", "archived"), ("open", "ended")


class Received(ContractorView):
    """What came for the practice's patients, the longest there first."""

    permission = VIEW_FORMS
    shows_patients = _SHOWN
    notices = {
        "archived": "The form is archived. Who sent it, and when you had it, stays in the list of archived forms.",
        "returned": "The form is returned. We find the right practice, and you need do nothing more.",
        "mail_on": "You get an e-mail when forms come.",
        "mail_off": "You get no more e-mails about new forms. Reminders still come.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list."""
        narrowed = NarrowForm(request.GET, groups=_RECEIVED).narrowed()
        page = page_of(read.received(self.actor, narrowed), request.GET)
        context = {
            "pages": page,
            "rows": say.received_rows(page.rows),
            "narrowed": narrowed,
            "may_handle": self.actor.can(HANDLE_FORMS),
            "wants_mail": read.wants_mail(self.actor),
        }
        return self.page("temporary_residents/received.html.jinja", context)


class Sent(ContractorView):
    """What the practice sent, and what has become of it."""

    permission = VIEW_FORMS
    shows_patients = _SHOWN
    notices = {"withdrawn": "The form is withdrawn. Nobody can download it."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list."""
        narrowed = NarrowForm(request.GET, groups=_SENT).narrowed()
        page = page_of(read.sent(self.actor, narrowed), request.GET)
        context = {
            "pages": page,
            "rows": say.sent_rows(page.rows),
            "narrowed": narrowed,
            "groups": read.SENT_GROUPS,
            "may_handle": self.actor.can(HANDLE_FORMS),
        }
        return self.page("temporary_residents/sent.html.jinja", context)


class ExportReceived(ContractorView):
    """What came, as CSV without patients."""

    permission = VIEW_FORMS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Streams the file."""
        found = read.received(self.actor, NarrowForm(request.GET, groups=_RECEIVED).narrowed())
        rows = say.export_received(found.iterator(chunk_size=1_000))
        name = f"temporary-residents-received-{self.actor.organisation_code}"
        response: HttpResponseBase = csv_response(name, say.HEADS_RECEIVED, rows)
        return response


class ExportSent(ContractorView):
    """What was sent, as CSV without patients."""

    permission = VIEW_FORMS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Streams the file."""
        found = read.sent(self.actor, NarrowForm(request.GET, groups=_SENT).narrowed())
        rows = say.export_sent(found.iterator(chunk_size=1_000))
        name = f"temporary-residents-sent-{self.actor.organisation_code}"
        response: HttpResponseBase = csv_response(name, say.HEADS_SENT, rows)
        return response


class Send(FormPage, ContractorView):
    """Send one form; the next can follow at once on the same page."""

    permission = HANDLE_FORMS
    form_class = SendFormForm
    template = "temporary_residents/send.html.jinja"
    notices = {"sent": "The form is sent. You can send the next one here."}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it. Very many in an hour are refused: whoever sends nonsense wants to find somebody."""
        if not ratelimit.consume(self.request, action="temporary_forms", user=self.request.user):
            raise Conflict("You have sent very many forms in this hour. Wait an hour, or call us.")
        said = form.cleaned_data
        send_form(
            self.actor, SendForm(patient=form.identifiers(), upload=said["file"], practice=said["practice"].strip())
        )
        return self.go("temporary:send", done="sent")


class OneForm(ContractorView):
    """One form: what the practice that has it can do, or what the one that sent it may know."""

    permission = VIEW_FORMS
    shows_patients = _SHOWN

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        found = read.form_with(self.actor, reference)
        context: dict[str, Any] = {"found": found, "may_handle": self.actor.can(HANDLE_FORMS)}
        if found.sender_id == self.actor.organisation_id:
            context |= {"row": say.sent_row(found), "facts_of_it": say.sent_facts(found)}
            return self.page("temporary_residents/sent_form.html.jinja", context)
        downloads = read.downloads_of(self.actor, found)
        context |= {"row": say.received_row(found), "facts_of_it": say.received_facts(found, downloads)}
        return self.page("temporary_residents/received_form.html.jinja", context)


class Download(ContractorView):
    """The PDF. It is asked for by a button, because a download is written down and a link changes nothing."""

    permission = HANDLE_FORMS

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Hands it out under a name that says nothing of the patient (R5)."""
        return private_download(download_form(self.actor, reference))


class Archive(ContractorView):
    """It is in the practice's own system."""

    permission = HANDLE_FORMS

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Archives it."""
        archive_form(self.actor, reference)
        return self.go("temporary:received", done="archived")


class Return(FormPage, ContractorView):
    """It is not about a patient of this practice."""

    permission = HANDLE_FORMS
    form_class = ReturnForm
    template = "temporary_residents/return.html.jinja"

    def context(self) -> dict[str, Any]:
        """The form. Raises NotFound."""
        return {"found": read.form_with(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Returns it."""
        said = form.cleaned_data
        return_form(self.actor, self.kwargs["reference"], said["reason"], said["note"])
        return self.go("temporary:received", done="returned")


class Withdraw(ContractorView):
    """The practice that sent it takes it back."""

    permission = HANDLE_FORMS

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Withdraws it."""
        withdraw_form(self.actor, reference)
        return self.go("temporary:sent", done="withdrawn")


class ChooseMail(ContractorView):
    """E-mails about new forms, or none."""

    permission = HANDLE_FORMS

    def post(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Keeps the choice."""
        wants = request.POST.get("wants") == "yes"
        choose_mail(self.actor, wants_mail=wants)
        return self.go("temporary:received", done="mail_on" if wants else "mail_off")
