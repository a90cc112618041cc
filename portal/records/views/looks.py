"""Who looked at our patients' records, for the Main Contact (R2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.records import looks as read
from portal.records.forms.looks import LooksForm, ReportLookForm
from portal.records.permissions import WATCH_LOOKS
from portal.records.services.report_look import report_look


class WhoLooked(ContractorView):
    """Every look at the site's patients, and every look of its people; no patient is named here."""

    permission = WATCH_LOOKS
    notices = {"reported": "Thank you. We look into it, and answer in your list of requests and questions."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of looks."""
        form = LooksForm(request.GET)
        page = page_of(read.looks_of(self.actor, form.narrowed()), request.GET)
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "form": form,
            "pages": page,
            "rows": read.shown(self.actor, page.rows),
            "filtered": any(request.GET.get(name) for name in form.fields),
            "query": query.urlencode(),
        }
        return self.page("records/looks/looks.html.jinja", context)


class ExportLooks(ContractorView):
    """The filtered list as a file."""

    permission = WATCH_LOOKS

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
        """Streams it."""
        entries = read.looks_of(self.actor, LooksForm(request.GET).narrowed()).iterator(chunk_size=1_000)
        write: Any = csv_response if kind == "csv" else xlsx_response
        name = f"looks-{self.actor.organisation_code}"
        response: HttpResponseBase = write(name, read.EXPORT_HEADS, read.export_rows(self.actor, entries))
        return response


class LooksAtPatient(ContractorView):
    """Whose record it is, and everybody who looked at it."""

    permission = WATCH_LOOKS
    shows_patients = "check_looks"

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound for a reference with no look that the site may see, known or not."""
        page = page_of(read.looks_at_person(self.actor, reference), request.GET)
        if not page.rows:
            raise NotFound
        context = {
            "reference": reference,
            "known": read.patient_behind(self.actor, reference),
            "pages": page,
            "rows": read.shown(self.actor, page.rows),
        }
        return self.page("records/looks/patient.html.jinja", context)


class ReportLook(FormPage, ContractorView):
    """This look seems wrong."""

    permission = WATCH_LOOKS
    form_class = ReportLookForm
    template = "records/looks/report.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"look": read.look_named(self.actor, self.kwargs["look"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Reports it."""
        report_look(self.actor, self.kwargs["look"], form.cleaned_data["details"])
        return self.go("records:looks", done="reported")
