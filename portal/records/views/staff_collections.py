"""The courier's visits as the operator arranges them (J9, J26)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.exports import csv_response
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.organisations.api import organisation_with_code
from portal.records import collection_selectors as read
from portal.records.forms.collections import ArrangeForm, CancelVisitForm, CollectionDayForm, DayForm
from portal.records.models.collection import WEEKDAYS
from portal.records.permissions import VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.services.arrange_visit import ArrangeVisit, arrange_visit, cancel_visit
from portal.records.services.set_collection_day import SetCollectionDay, end_collection_day, set_collection_day

_DAY = timedelta(days=1)
EXPORT_HEADS = ("Day", "From", "Until", "Site", "Name", "Postcode", "State", "Bags ready now", "Waiting", "Collected")


class CollectionsOfDay(StaffView):
    """Where the courier goes on a day, how many bags wait there, and which visits need another one."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page; a practice's code leads straight to its visits, one that nobody has is said."""
        day, site = DayForm(request.GET).wanted()
        if site:
            with suppress(NotFound):
                return self.go("staff_records:collections_of_site", code=organisation_with_code(site).code)
        page = page_of(read.visits_on(self.actor, day), request.GET)
        context = {
            "on": day,
            "unknown": site,
            "before": day - _DAY,
            "after": day + _DAY,
            "pages": page,
            "rows": read.with_ready_bags(page.rows),
            "to_arrange": read.to_arrange(self.actor).count(),
        }
        return self.page("records/staff/collections/day.html.jinja", context)


class ExportCollections(StaffView):
    """The courier's round of a day as CSV: places and numbers of bags, no patient."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The file; without a day that can be read, today's."""
        day, _ = DayForm(request.GET).wanted()
        visits = read.visits_on(self.actor, day)
        rows = (
            (
                visit.on,
                f"{visit.opens:%H:%M}",
                f"{visit.closes:%H:%M}",
                visit.organisation.code,
                visit.organisation.name,
                visit.organisation.postcode,
                visit.state_label,
                ready,
                visit.waiting,
                visit.collected,
            )
            for visit, ready in read.with_ready_bags(visits)
        )
        response: HttpResponseBase = csv_response(f"collections-{day.isoformat()}", EXPORT_HEADS, rows)
        return response


class ToArrange(StaffView):
    """Visits that were missed or left bags behind, the oldest first."""

    permission = VIEW_ALL_RECORDS
    notices = {"arranged": "The visit is arranged. The practice gets an e-mail."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        page = page_of(read.to_arrange(self.actor), request.GET)
        context = {
            "pages": page,
            "rows": read.with_ready_bags(page.rows),
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/collections/to_arrange.html.jinja", context)


class CollectionsOfSite(StaffView):
    """The courier's days at one site."""

    permission = VIEW_ALL_RECORDS
    notices = {
        "set": "The day is set, and the visits of the next weeks are planned. The practice gets an e-mail.",
        "ended": "The day is ended, and its visits are cancelled. The practice gets an e-mail.",
        "arranged": "The visit is arranged. The practice gets an e-mail.",
        "cancelled": "The visit is cancelled. The practice gets an e-mail.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The page."""
        context = {"found": read.calendar_of_site(self.actor, code), "may_work": self.actor.can(WORK_RECORDS)}
        return self.page("records/staff/collections/site.html.jinja", context)


class _OfSite(FormPage, StaffView, abstract=True):
    permission = WORK_RECORDS
    template = "records/staff/collections/act.html.jinja"
    title = ""
    button = ""

    def context(self) -> dict[str, Any]:
        site = organisation_with_code(self.kwargs["code"])
        return {"site": site, "title": self.title, "button": self.button}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the site."""
        return self.go("staff_records:collections_of_site", code=self.kwargs["code"], done=done)


class SetDay(_OfSite):
    """Set the courier's day at a site, or change its hours."""

    form_class = CollectionDayForm
    title = "Set the courier's day"
    button = "Set the day"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sets it."""
        set_collection_day(self.actor, SetCollectionDay(code=self.kwargs["code"], **form.cleaned_data))
        return self.back("set")


class EndDay(StaffView):
    """The courier no longer comes on a day of the week."""

    permission = WORK_RECORDS

    def post(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Ends it. An unknown day is no day of this site."""
        wanted = {str(number): number for number in WEEKDAYS}.get(request.POST.get("weekday", ""), -1)
        end_collection_day(self.actor, code, wanted)
        return self.go("staff_records:collections_of_site", code=code, done="ended")


class Arrange(_OfSite):
    """Arrange one more visit at a site."""

    form_class = ArrangeForm
    title = "Arrange a visit"
    button = "Arrange it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Arranges it."""
        arrange_visit(self.actor, ArrangeVisit(code=self.kwargs["code"], **form.cleaned_data))
        return self.back("arranged")


class _OfVisit(FormPage, StaffView, abstract=True):
    permission = WORK_RECORDS
    template = "records/staff/collections/act.html.jinja"
    title = ""
    button = ""

    def context(self) -> dict[str, Any]:
        visit = read.visit_with(self.actor, self.kwargs["reference"])
        return {"site": visit.organisation, "visit": visit, "title": self.title, "button": self.button}


class ArrangeAgain(_OfVisit):
    """Arrange another visit in place of one that was missed."""

    form_class = ArrangeForm
    title = "Arrange another visit"
    button = "Arrange it"

    def form_arguments(self) -> dict[str, Any]:
        visit = read.visit_with(self.actor, self.kwargs["reference"])
        why = "The courier did not come" if visit.state == "missed" else "The courier left bags behind"
        hours = {"opens": f"{visit.opens:%H:%M}", "closes": f"{visit.closes:%H:%M}"}
        return {"initial": {**hours, "why": f"{why} on {visit.on:%d/%m/%Y}"}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Arranges it."""
        visit = read.visit_with(self.actor, self.kwargs["reference"])
        command = ArrangeVisit(code=visit.organisation.code, instead_of=visit.reference, **form.cleaned_data)
        arrange_visit(self.actor, command)
        return self.go("staff_records:collections_to_arrange", done="arranged")


class CancelVisit(_OfVisit):
    """Cancel a visit."""

    form_class = CancelVisitForm
    title = "Cancel a visit"
    button = "Cancel the visit"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Cancels it."""
        visit = cancel_visit(self.actor, self.kwargs["reference"], form.cleaned_data["why"])
        return self.go("staff_records:collections_of_site", code=visit.organisation.code, done="cancelled")
