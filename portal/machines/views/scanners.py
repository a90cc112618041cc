"""Couriers' phones and hand scanners with the scanning page, for the Records Operator (J27)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.audit.models import AuditEvent
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.machines.forms import EndForm
from portal.machines.link_picture import picture_of_link
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.recognising import find_scanner, scanners
from portal.machines.scanner_forms import AddScannerForm, LinkForm
from portal.machines.services.keep_scanners import add_scanner, end_scanner, link_scanner
from portal.machines.views.staff import GivesSecret


class Scanners(StaffView):
    """All scanners, those that work first."""

    permission = KEEP_SCANNERS
    notices = {"ended": "Its access has ended. It can send nothing more."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        page = page_of(scanners(self.actor), request.GET)
        rows = [(each, _state(each)) for each in page.rows]
        return self.page("machines/staff/scanners.html.jinja", {"rows": rows, "pages": page})


class OneScanner(StaffView):
    """One scanner: for whom it scans, when it last did, and what happened to it."""

    permission = KEEP_SCANNERS

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        machine = find_scanner(self.actor, reference)
        context = {
            "machine": machine,
            "state": _state(machine),
            "events": AuditEvent.objects.about("machine", reference),  # type: ignore[attr-defined]
        }
        return self.page("machines/staff/scanner.html.jinja", context)


class _GivesLink(GivesSecret, abstract=True):
    permission = KEEP_SCANNERS

    def shown(self, machine: Machine, secret: str) -> HttpResponse:
        """The link, once, in words and as a picture."""
        address = absolute_address("courier:set_up", secret=secret)
        context = {"machine": machine, "link": address, "picture": picture_of_link(address)}
        return self.page("machines/staff/scanner_link.html.jinja", context)


class Add(_GivesLink):
    """Add a scanner."""

    form_class = AddScannerForm
    template = "machines/staff/add_scanner.html.jinja"

    def answer(self, form: Any) -> tuple[Machine, str]:
        """Adds it."""
        return add_scanner(self.actor, form.command())


class Link(_GivesLink):
    """Make a new link to set it up."""

    form_class = LinkForm
    template = "machines/staff/link_scanner.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"machine": find_scanner(self.actor, self.kwargs["reference"])}

    def answer(self, form: Any) -> tuple[Machine, str]:
        """Makes it."""
        return link_scanner(self.actor, self.kwargs["reference"], form.cleaned_data["token_ends_on"])


class End(FormPage, StaffView):
    """End its access."""

    permission = KEEP_SCANNERS
    form_class = EndForm
    template = "machines/staff/end_scanner.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"machine": find_scanner(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it."""
        end_scanner(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.go("staff_scanners:scanners", done="ended")


def _state(machine: Machine) -> tuple[str, str]:
    """What its tag says, and the tag's colour."""
    if machine.ended_at is not None:
        return "Ended", "grey"
    if machine.token_ends_on < timezone.localdate():
        return "Last day is over", "red"
    if machine.set_up_at is not None:
        return "Works", "green"
    if machine.link_ends_at is not None and machine.link_ends_at > timezone.now():
        return "Waits to be set up", "yellow"
    return "Link ran out", "red"
