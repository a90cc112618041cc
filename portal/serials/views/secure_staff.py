"""Staff: releases of unusual orders, the register of missing forms, and who must know."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.posted import posted
from portal.foundation.web.views import ContractorView, StaffView
from portal.serials.formats import Formats
from portal.serials.forms.secure import ContactForm, ReleaseForm
from portal.serials.incidents import (
    area_names,
    contacts,
    counts_by_area,
    find_incident,
    list_incidents,
    numbers_of,
)
from portal.serials.kinds import KINDS
from portal.serials.missing_notice import missing_notice
from portal.serials.permissions import EDIT_CONTACTS, RELEASE_ORDERS, VIEW_OWN_FORMS, VIEW_REGISTER
from portal.serials.releases import find_release, waiting_releases
from portal.serials.services.keep_contacts import NewContact, add_contact, end_contact
from portal.serials.services.release_orders import refuse_unusual_order, release_unusual_order


class Releases(StaffView):
    """Unusual orders that wait for a second person."""

    permission = VIEW_REGISTER
    notices = {"released": "The order is released.", "refused": "The order is cancelled, and the site is told why."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list, the oldest first."""
        context = {
            "page": page_of(waiting_releases(self.actor), request.GET),
            "may_release": self.actor.can(RELEASE_ORDERS),
        }
        return self.page("serials/staff/releases.html.jinja", context)


class ReleasePage(FormPage, StaffView):
    """One of them: why it waits, and the decision."""

    permission = RELEASE_ORDERS
    form_class = ReleaseForm
    template = "serials/staff/release.html.jinja"

    def context(self) -> dict[str, Any]:
        release = find_release(self.actor, self.kwargs["reference"])
        return {"release": release, "lines": list(release.order.lines.all())}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Releases it, or not."""
        release = form.cleaned_data["outcome"] == "release"
        decide = release_unusual_order if release else refuse_unusual_order
        decide(self.actor, self.kwargs["reference"], form.cleaned_data["note"])
        return self.go("staff_serials:releases", done="released" if release else "refused")


class Incidents(StaffView):
    """The register of missing forms, with its statistics by area."""

    permission = VIEW_REGISTER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The chart, which is a table, and the list."""
        rows = list_incidents(self.actor, request.GET)
        context = {
            "areas": counts_by_area(rows),
            "names": area_names(),
            "page": page_of(rows, request.GET),
            "kinds": KINDS,
            "query": {name: request.GET.get(name, "") for name in ("area", "kind", "open")},
            "numbers_of": partial(numbers_of, formats=Formats()),
        }
        return self.page("serials/staff/incidents.html.jinja", context)


def _notice(incident: Any) -> HttpResponse:
    response = HttpResponse(missing_notice(incident), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="missing-forms-{incident.case_reference}.pdf"'
    return response


class StaffNotice(StaffView):
    """The notice of one incident as PDF."""

    permission = VIEW_REGISTER

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The PDF."""
        return _notice(find_incident(self.actor, reference))


class SiteNotice(ContractorView):
    """The notice for the site that reported: to hand to pharmacies nearby."""

    permission = VIEW_OWN_FORMS

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The PDF."""
        return _notice(find_incident(self.actor, reference))


class Contacts(StaffView):
    """Who must know, by area and role."""

    permission = VIEW_REGISTER
    notices = {"added": "They are told of every report from now on.", "ended": "They are no longer told."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        context = {"page": page_of(contacts(self.actor), request.GET), "may_edit": self.actor.can(EDIT_CONTACTS)}
        return self.page("serials/staff/contacts.html.jinja", context)


class AddContact(FormPage, StaffView):
    """One more who must know."""

    permission = EDIT_CONTACTS
    form_class = ContactForm
    template = "serials/staff/contact.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"title": "Add somebody who must know", "button": "Add"}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds them."""
        add_contact(self.actor, NewContact(**form.cleaned_data))
        return self.go("staff_serials:contacts", done="added")


class EndContact(StaffView):
    """Somebody is no longer told."""

    permission = EDIT_CONTACTS

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Ends it."""
        if not posted(request, "email"):
            raise NotFound
        end_contact(self.actor, posted(request, "area"), posted(request, "email"))
        return self.go("staff_serials:contacts", done="ended")
