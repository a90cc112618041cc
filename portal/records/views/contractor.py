"""Records of a practice: what comes, what goes, where each is, and what to do with it (J8-J10)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.records import presenters as say
from portal.records import selectors as read
from portal.records.closures.selectors import does_close
from portal.records.collection_selectors import next_visit
from portal.records.forms.contractor import NarrowForm
from portal.records.permissions import MOVE_RECORDS, VIEW_RECORDS, WATCH_LOOKS
from portal.records.picture import next_step, picture_of

SIDES = {"in": "Records In", "out": "Records Out"}


class Records(ContractorView):
    """What is under way in both directions, and the ways to everything else."""

    permission = VIEW_RECORDS
    notices = {"mistake": "Thank you. Keep the bag apart: the courier takes it to the right place on the next visit."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The page."""
        context = {
            "coming": read.standing(self.actor, "in"),
            "leaving": read.standing(self.actor, "out"),
            "next_visit": next_visit(self.actor),
            "discrepancies": read.open_discrepancies(self.actor)[:10],
            "may_move": self.actor.can(MOVE_RECORDS),
            "may_watch": self.actor.can(WATCH_LOOKS),
            "closes": does_close(self.actor),
        }
        return self.page("records/home.html.jinja", context)


class _List(ContractorView, abstract=True):
    permission = VIEW_RECORDS
    shows_patients = "move_record"
    side = ""
    notices = {
        "received": "Thank you. The records are marked as in storage at your practice.",
        "ready": "The records are marked as ready. The courier collects them on the next visit.",
        "none": "Choose at least one record first.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of movements; the links to the exports keep the filter."""
        form = NarrowForm(request.GET)
        narrowed = form.narrowed()
        page = page_of(read.movements(self.actor, self.side, narrowed), request.GET)
        query = {name: request.GET.getlist(name) for name in form.fields if request.GET.get(name)}
        context = {
            "side": self.side,
            "title": SIDES[self.side],
            "form": form,
            "pages": page,
            "rows": say.rows_of(page.rows, self.side),
            "standing": read.standing(self.actor, self.side),
            "filtered": bool(query),
            "query": urlencode(query, doseq=True),
            "may_move": self.actor.can(MOVE_RECORDS),
        }
        return self.page("records/list.html.jinja", context)


class RecordsIn(_List):
    """What is coming."""

    side = "in"


class RecordsOut(_List):
    """What must be prepared, and what has left."""

    side = "out"


class Export(ContractorView):
    """The filtered list as CSV or XLSX."""

    permission = VIEW_RECORDS
    shows_patients = "move_record"

    def get(self, request: HttpRequest, code: str, side: str, kind: str) -> HttpResponseBase:
        """Streams the file. An unknown side or kind has no address."""
        found = read.movements(self.actor, side, NarrowForm(request.GET).narrowed()).iterator(chunk_size=1_000)
        write = csv_response if kind == "csv" else xlsx_response
        name = f"records-{side}-{self.actor.organisation_code}"
        response: HttpResponseBase = write(name, say.EXPORT_HEADS, say.export_rows(found))
        return response


class OneMovement(ContractorView):
    """Where one record is on its way, who has it, and what comes next."""

    permission = VIEW_RECORDS
    shows_patients = "move_record"
    notices = {
        "labels": "The labels are made. Print them, and put one on each bag.",
        "ready": "It is marked as ready. The courier collects it on the next visit.",
        "received": "Thank you. It is in storage at your practice.",
        "bag": "One more bag was added. Make its label next.",
        "no_paper": "The other practice reads that no paper comes.",
        "marked": "Kept. The other practice reads it, too.",
        "never_held": "The operator looks for the record now. Both practices see that.",
        "asked": "The movement was started. Both practices see it.",
    }

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        movement = read.movement_with(self.actor, reference)
        mine = self.actor.organisation_id
        context: dict[str, Any] = {
            "movement": movement,
            "steps": picture_of(movement),
            "marks": say.marks_of(movement),
            "stand_ins": read.stand_ins(self.actor, movement),
            "same_patient": read.of_same_patient(self.actor, movement),
            "facts_of_it": say.movement_facts(movement, read.known_before(movement)),
            "bags": say.bags_shown(movement.bags.all()),
            "custody": movement.custody.all(),
            "failed": read.failed_deliveries(movement),
            "late_days": read.days_late(movement),
            "next_step": next_step(movement),
            "may": _may(self.actor.can(MOVE_RECORDS), movement, mine),
        }
        return self.page("records/movement.html.jinja", context)


def _may(may_move: bool, movement: Any, mine: int | None) -> dict[str, bool]:
    """What this practice can do with the movement now."""
    sends, takes = movement.origin_organisation_id == mine, movement.destination_organisation_id == mine
    is_open = may_move and movement.ended_at is None
    return {
        "prepare": is_open and sends and read.may_still_be_prepared(movement),
        "say_ready": is_open and sends and movement.state == "in_progress",
        "deny": is_open and sends and movement.state in ("requested", "in_progress"),
        "receive": is_open and takes and movement.state not in ("requested",),
    }
