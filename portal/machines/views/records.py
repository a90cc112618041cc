"""Records for machines: scans, manifests, where a movement is, and registration events (J27, J28)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.machines.operations import Operation
from portal.machines.problems import ApiProblem
from portal.machines.scopes import KINDS_OF
from portal.machines.shapes import ListOf, Moment, OneOf, Record, Text
from portal.machines.views.calling import MachineView
from portal.records.api import (
    DISCREPANCIES,
    FAILED_BECAUSE,
    OUTCOMES,
    SCAN_KINDS,
    Holder,
    Scanned,
    import_registrations,
    known_place,
    manifest_of,
    places_with_codes,
    read_stream,
    status_of,
    take_scans,
)

MOST_SCANS = 500
_LABEL = Text(longest=40, about="The code of the bag's label, as it was scanned.")
_PLACE = Text(longest=20, about="The code of the place: the ODS code of a practice, or the hub's or store's own.")
SCAN = Record(
    members={
        "key": Text(longest=100, about="The scan's own key, made by the device: the same key is the same scan."),
        "kind": OneOf(codes={kind: SCAN_KINDS[kind] for kinds in KINDS_OF.values() for kind in kinds}, about="Kind."),
        "label": _LABEL,
        "place": _PLACE,
        "at": Moment(about="When it was scanned, by the device's clock."),
        "device": Text(longest=100, about="Which device."),
        "reason": OneOf(codes=FAILED_BECAUSE, about="Why it could not be delivered; with `failed` only."),
    },
    optional=frozenset({"device", "reason"}),
)


class Scans(MachineView):
    """Takes scans in, in any order, each once."""

    scope = "scans"
    operation = Operation(
        method="post",
        summary="Send scans",
        description=(
            "All of a request are taken, or none. Scans may come late and in any order; one that came before is "
            "answered `repeated`. What does not fit is taken, too, and shown to people: see `discrepancies`."
        ),
        takes=Record(members={"scans": ListOf(each=SCAN, most=MOST_SCANS)}),
        gives={
            "scans": [
                {
                    "key": "3f2a-1",
                    "outcome": "applied",
                    "means": OUTCOMES["applied"],
                    "discrepancies": [{"kind": "wrong_place", "means": DISCREPANCIES["wrong_place"]}],
                }
            ]
        },
    )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes them."""
        given = self.json_of(self.operation.takes)["scans"]
        scans = self._scans(given)
        return self.once(lambda: {"scans": [_answered(each) for each in take_scans(self.actor, scans)]})

    def _scans(self, given: Sequence[dict[str, Any]]) -> list[Scanned]:
        """As the service takes them. Raises ApiProblem for what this machine may not scan, and unknown places."""
        own = self.machine.place
        if own is None:
            raise ApiProblem(403, "This machine has no place to scan for.")
        places = places_with_codes({each["place"] for each in given})
        errors, scans = [], []
        for number, each in enumerate(given):
            place = places.get(each["place"])
            if place is None:
                errors.append((f"/scans/{number}/place", "We do not know this place."))
            elif wrong := _wrong(each, place, own):
                errors.append((f"/scans/{number}/{wrong[0]}", wrong[1]))
            else:
                scans.append(self._scanned(each, place, own))
        if errors:
            raise ApiProblem(422, "The request is not as it should be. Nothing was taken.", errors[:50])
        return scans

    def _scanned(self, given: dict[str, Any], place: Holder, own: Holder) -> Scanned:
        return Scanned(
            key=f"{self.machine.reference} {given['key']}",  # a key is the machine's own: nobody uses up another's
            kind=given["kind"],
            code=given["label"],
            place=place,
            at=given["at"],
            device=given.get("device") or self.machine.name,
            courier=own if own.kind == "courier" else None,
            reason=given.get("reason", ""),
        )


class ManifestPage(MachineView):
    """What to collect and to deliver at a place."""

    scope = "movements"
    operation = Operation(
        method="get",
        summary="What to collect and to deliver at a place",
        description="Codes of labels, the oldest first. For machines of couriers.",
        gives={"place": "Y90001", "collect": ["RL-2F7H-9KMC"], "deliver": []},
        path={"place": _PLACE},
    )

    def get(self, request: HttpRequest, place: str) -> JsonResponse:
        """The list. A place that we do not know is a 404."""
        own = self.machine.place
        if own is None or own.kind != "courier":
            raise ApiProblem(403, "Only the machine of a courier has a manifest.")
        known = known_place(place.upper())
        found = manifest_of(self.actor, known, own)
        return JsonResponse({"place": known.code, "collect": found.collect, "deliver": found.deliver})


class MovementPage(MachineView):
    """Where a movement is."""

    scope = "movements"
    operation = Operation(
        method="get",
        summary="Where a movement is",
        description="By its public number. No patient is in the answer.",
        gives={
            "reference": "MV-7F3K-9QCM",
            "state": "collected",
            "since": "2026-11-24T09:30:00Z",
            "expected_by": "2026-12-01",
            "origin": "Y90001",
            "destination": "Y90002",
            "bags": [
                {
                    "number": 1,
                    "label": "RL-2F7H-9KMC",
                    "state": "collected",
                    "since": "2026-11-24T09:30:00Z",
                    "held_by": "COURIER",
                }
            ],
        },
        path={"reference": Text(longest=20, about="The movement's number.")},
    )

    def get(self, request: HttpRequest, reference: str) -> JsonResponse:
        """The movement."""
        return JsonResponse(asdict(status_of(self.actor, reference)), encoder=DjangoJSONEncoder)


class Registrations(MachineView):
    """Takes registration events in."""

    scope = "registrations"
    operation = Operation(
        method="post",
        summary="Send registration events",
        description=(
            "The body is a file of events as `bin/portal import-registrations` reads it: JSON, CSV or NHAIS EDIFACT, "
            "recognised by its content. What is wrong is rejected with its place and the reason; the rest is taken. "
            "An event that is sent again changes nothing."
        ),
        media=("application/json", "text/csv", "application/edifact"),
        gives={
            "transactions": [{"kind": "acceptance", "reference": "4711", "effect": "movement_wanted"}],
            "rejected": [{"position": "event 2", "reason": "There is no practice in it."}],
        },
    )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes them; the answer is that of the command for one file."""
        body = self.body()
        if not body.strip():
            raise ApiProblem(400, "The body is empty.")

        def carry_out() -> dict[str, Any]:
            name = f"{self.machine.name} {self.machine.reference}"
            outcome = import_registrations(self.actor, name, read_stream(io.BytesIO(body))).as_json()
            return {name: outcome[name] for name in ("transactions", "rejected")}

        return self.once(carry_out)


def _wrong(given: dict[str, Any], place: Holder, own: Holder) -> tuple[str, str] | None:
    """The member of a scan that a machine of ``own`` may not send so, with the reason."""
    if given["kind"] not in KINDS_OF[own.kind]:
        return "kind", f"This machine sends {', '.join(KINDS_OF[own.kind])} only."
    if own.kind != "courier" and place != own:
        return "place", f"This machine scans at {own.code} only."
    if own.kind == "courier" and given["kind"] == "hub_in" and place.kind != "hub":
        return "place", "Bags are handed in at a hub. This place is none."
    if "reason" in given and given["kind"] != "failed":
        return "reason", "Only a delivery that failed has a reason."
    return None


def _answered(answer: Any) -> dict[str, Any]:
    return {
        "key": answer.key.partition(" ")[2],
        "outcome": answer.outcome,
        "means": OUTCOMES.get(answer.outcome, "It was taken before, and counts once"),
        "discrepancies": [{"kind": kind, "means": DISCREPANCIES[kind]} for kind in answer.discrepancies],
    }
