"""Pick waves by carrier and round, and manifests for carriers (J25)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.errors import NotFound
from portal.foundation.web.filters import count, day, moment, number
from portal.foundation.web.pages import page_of
from portal.foundation.web.posted import posted
from portal.foundation.web.views import StaffView
from portal.supplies import wave_selectors as read
from portal.supplies.documents.manifest import manifest, wave_list
from portal.supplies.permissions import PICK, VIEW_QUEUE
from portal.supplies.services.start_wave import StartWave, start_wave
from portal.supplies.views.documents import pdf


class Waves(StaffView):
    """What could be picked on one walk, and the walks that were begun."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        page = page_of(read.list_waves(self.actor), request.GET)
        context = {
            "planned": [
                {
                    "store": each.store,
                    "store_name": each.store_name,
                    "carrier": each.route.carrier,
                    "route": each.route.name,
                    "orders": number(each.orders),
                    "now": count(min(each.orders, read.MOST_ORDERS), "order"),
                    "promised": day(each.promised_on) or "No date",
                }
                for each in read.planned_waves(self.actor)
            ],
            "waves": [_wave(each) for each in page.rows],
            "pages": page,
            "may_pick": self.actor.can(PICK),
        }
        return self.page("supplies/staff/waves.html.jinja", context)


class Start(StaffView):
    """Begin a wave; a button of the waves' page."""

    permission = PICK

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Makes its consignments and goes to its page."""
        names = ("store", "carrier", "route")
        wave = start_wave(self.actor, StartWave(**{name: posted(request, name) for name in names}))
        return self.go("staff_supplies:wave", reference=wave.reference, done="started")


class Wave(StaffView):
    """One wave and its consignments."""

    permission = VIEW_QUEUE
    notices = {"started": "The wave has begun. Print its list and walk along the shelves."}

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page."""
        wave = read.find_wave(self.actor, reference)
        page = page_of(read.consignments_of(self.actor, wave), request.GET)
        may_pick = self.actor.can(PICK)
        context: dict[str, Any] = {
            "wave": _wave(wave), "consignments": page.rows, "pages": page, "may_pick": may_pick
        }  # fmt: skip
        return self.page("supplies/staff/wave.html.jinja", context)


class WaveList(StaffView):
    """What to take on the walk."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The PDF."""
        wave = read.find_wave(self.actor, reference)
        return pdf(f"pick-wave-{wave.reference}", wave_list(wave, read.wave_lines(self.actor, wave)))


class Manifests(StaffView):
    """What carriers took in the last two weeks."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(read.manifests(self.actor), request.GET)
        rows = [
            {
                "day": day(each.day),
                "iso": each.day.isoformat(),
                "carrier": each.carrier,
                "consignments": number(each.consignments),
                "packages": number(each.packages),
            }
            for each in page.rows
        ]
        return self.page("supplies/staff/manifests.html.jinja", {"rows": rows, "pages": page})


class ManifestPaper(StaffView):
    """The manifest of a carrier's day."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, day: str) -> HttpResponse:
        """The PDF. Raises NotFound for a day or carrier without consignments."""
        try:
            on = date.fromisoformat(day)
        except ValueError as error:
            raise NotFound from error
        carrier = request.GET.get("carrier", "")
        return pdf(f"manifest-{on.isoformat()}", manifest(carrier, on, read.manifest_lines(self.actor, carrier, on)))


def _wave(wave: Any) -> dict[str, str]:
    return {
        "reference": wave.reference,
        "store": wave.store.name,
        "carrier": wave.carrier,
        "route": wave.route,
        "who": wave.started_by_name,
        "when": moment(wave.started_at),
        "consignments": number(wave.size),
    }
