"""The scanning page of couriers: works for hours without a network, and once more without scripts (J27; ADR 29)."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.web.errors import too_many_requests
from portal.foundation.web.posted import posted
from portal.foundation.web.views import PortalView, PublicView
from portal.machines.models import Machine
from portal.machines.offline import PAGE, always_there, worker_script
from portal.machines.operations import Operation
from portal.machines.pace import seconds_to_wait
from portal.machines.problems import ApiProblem
from portal.machines.recognising import scanner_to_set_up
from portal.machines.scanner_cookie import remember_token, scanner_of
from portal.machines.scanner_forms import BagsForm
from portal.machines.services.keep_scanners import set_up_scanner
from portal.machines.views.calling import MachineView, actor_of
from portal.machines.views.records import Scans
from portal.records.api import (
    DISCREPANCIES,
    OUTCOMES,
    SCAN_RECORDS,
    Scanned,
    Stop,
    place_with_code,
    round_of,
    take_scans,
)

# The camera reads bar codes on this page, and is off on all others.
_CAMERA = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class CourierPage(PortalView):
    """The page itself. It holds nothing of one scanner but the form's secret: the browser keeps it for offline."""

    audience = "machine"
    needs_sign_in = False
    permission = SCAN_RECORDS
    machine: Machine

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As every page, for a scanner that is set up and does not call too often."""
        found = scanner_of(request)
        if found is None:
            return self.page("machines/courier/not_set_up.html.jinja", status=403)
        if seconds_to_wait(found):
            return too_many_requests(request)
        self.machine = found
        return super().dispatch(request, *args, **kwargs)

    def find_actor(self) -> Actor:
        return actor_of(self.machine)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page."""
        return self._show(BagsForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Takes the bags of the form for browsers without scripts; sent twice, they count once."""
        form = BagsForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        said, courier = form.cleaned_data, self.machine.place
        begins = f"{self.machine.reference} {posted(request, 'submission')[:36] or uuid.uuid4()}"
        place = place_with_code(said["place"])
        scans = [
            Scanned(
                key=f"{begins} {said['kind']} {place.code} {code}",
                kind=said["kind"],
                code=code,
                place=place,
                at=timezone.now(),
                device=self.machine.name,
                courier=courier,
                reason=said["reason"],
            )
            for code in said["codes"]
        ]
        answers = zip(said["codes"], take_scans(self.actor, scans), strict=True)
        rows = [
            (
                code,
                OUTCOMES.get(each.outcome, "It was sent before"),
                [DISCREPANCIES[kind] for kind in each.discrepancies],
            )
            for code, each in answers
        ]
        return self._show(BagsForm(initial={"kind": said["kind"], "place": place.code}), rows=rows)

    def _show(self, form: BagsForm, *, status: int = 200, rows: Any = ()) -> HttpResponse:
        context = {"form": form, "rows": rows, "submission": uuid.uuid4(), **always_there()}
        response = self.page(PAGE, context, status=status)
        response["Permissions-Policy"] = _CAMERA
        return response


class Worker(PublicView):
    """The service worker, which keeps the page on the device."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The script."""
        return HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8")


class _FromPage(MachineView, abstract=True):
    """An address that the page's script calls with the scanner's cookie."""

    def find_machine(self) -> Machine | None:
        """The machine of the cookie."""
        return scanner_of(self.request)


class PageScans(_FromPage, Scans):
    """Takes scans in, as the API does: the script's idempotency key is a header that no other site can send."""

    scope = "scans"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes them, if they were made for the courier of this scanner. A device may have been given to another."""
        if self.machine.place is None or request.GET.get("courier") != self.machine.place.code:
            raise ApiProblem(409, "These scans were made for another courier. Nothing was taken.")
        return super().post(request)


class PageRound(_FromPage):
    """What to collect and to deliver where today. No patient is in it."""

    scope = "movements"
    operation = Operation(method="get", summary="The round", description="For the scanning page.", gives={})

    def get(self, request: HttpRequest) -> JsonResponse:
        """The round, with what the page says of its scanner."""
        machine, today = self.machine, timezone.localdate()
        courier = machine.place
        if courier is None:
            raise NotFound
        stops = round_of(self.actor, courier, today)
        scanner = {"name": machine.name, "courier": courier.code, "courierName": courier.name}
        return JsonResponse(
            {
                "scanner": {**scanner, "until": machine.token_ends_on.isoformat()},
                "day": today.isoformat(),
                "places": [_as_said(stop) for stop in stops],
            }
        )


class SetUp(PublicView):
    """A link that makes this browser a courier's scanner. Opening it does nothing, only the button does (R9)."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """The page with the button, or the one that says that the link is over."""
        machine = scanner_to_set_up(secret)
        if machine is None:
            return self.page("machines/courier/link_over.html.jinja", status=404)
        return self.page("machines/courier/set_up.html.jinja", {"machine": machine})

    def post(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """Sets it up, once; the second who comes reads that the link was used."""
        holder = Actor(name="Somebody with the link", audience="machine", permissions=frozenset({SCAN_RECORDS.code}))
        try:
            _, token = set_up_scanner(holder, secret)
        except NotFound:
            return self.page("machines/courier/link_over.html.jinja", status=404)
        response = HttpResponseRedirect(reverse("courier:page"))
        remember_token(response, token)
        return response


def _as_said(stop: Stop) -> dict[str, Any]:
    return {
        "code": stop.code,
        "name": stop.name,
        "kind": stop.kind,
        "visit": " to ".join(_clock(each) for each in stop.visit) if stop.visit else "",
        "collect": stop.collect,
        "deliver": stop.deliver,
        "handIn": stop.hand_in,
    }


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")
