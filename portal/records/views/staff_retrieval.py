"""Taking bags out of the store: the list, the walk of one person, and a scan for each bag (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.posted import posted
from portal.foundation.web.views import StaffView
from portal.records import store_selectors as read
from portal.records.documents import bag_labels
from portal.records.forms.store import NotFoundForm, TakenForm
from portal.records.permissions import VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.policy import records_policy
from portal.records.services.retrieve_bags import (
    MOST_BAGS,
    TakenOut,
    confirm_taken,
    end_wave,
    say_not_found,
    start_wave,
)
from portal.records.store_documents import wave_list


class Retrieve(StaffView):
    """What must be taken out of the store, in the order of the shelves, and who is fetching what."""

    permission = VIEW_ALL_RECORDS
    notices = {"ended": "The walk has ended. What was not taken is on this list again."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(read.wanted_bags(self.actor), request.GET)
        context = {
            "rows": page.rows,
            "pages": page,
            "waves": read.waves_under_way(self.actor)[:20],
            "most": MOST_BAGS,
            "store": page.rows[0].movement.origin.code if page.rows else records_policy().store,
            "may_work": self.actor.can(WORK_RECORDS),
        }
        return self.page("records/staff/retrieve.html.jinja", context)


class StartWave(StaffView):
    """Begin a walk; a button of the list."""

    permission = WORK_RECORDS

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Claims its bags and goes to its page."""
        wave = start_wave(self.actor, posted(request, "store"))
        return self.go("staff_records:wave", reference=wave.reference, done="started")


class Wave(FormPage, StaffView):
    """One walk: its bags, and the scan that says that one is taken."""

    permission = WORK_RECORDS
    form_class = TakenForm
    template = "records/staff/store/wave.html.jinja"
    notices = {
        "started": "These bags are yours to fetch. Print the list and the labels, and walk along the shelves.",
        "taken": "Taken out. Stick the new label on, and put the bag with what the courier takes.",
        "not_found": "It is marked as missing, and looked for. Both practices see it.",
    }

    def context(self) -> dict[str, Any]:
        wave = read.wave_with(self.actor, self.kwargs["reference"])
        rows = read.retrievals_of(self.actor, wave)
        return {"wave": wave, "rows": rows, "left": sum(not each.retrieval.outcome for each in rows)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Confirms one bag."""
        reference = self.kwargs["reference"]
        confirm_taken(self.actor, TakenOut(wave=reference, **form.cleaned_data))
        return self.go("staff_records:wave", reference=reference, done="taken")


class NotThere(FormPage, StaffView):
    """A bag is not in its place."""

    permission = WORK_RECORDS
    form_class = NotFoundForm
    template = "records/staff/store/not_there.html.jinja"

    def context(self) -> dict[str, Any]:
        wave = read.wave_with(self.actor, self.kwargs["reference"])
        for each in read.retrievals_of(self.actor, wave):
            if each.bag.movement.reference == self.kwargs["movement"] and str(each.bag.number) == self.kwargs["bag"]:
                return {"wave": wave, "found": each}
        raise NotFound

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        here, bag = self.kwargs, self.context()["found"].bag
        say_not_found(self.actor, here["reference"], here["movement"], bag.number, form.cleaned_data["why"])
        return self.go("staff_records:wave", reference=here["reference"], done="not_found")


class EndWave(StaffView):
    """End a walk before everything is taken; a button of its page."""

    permission = WORK_RECORDS

    def post(self, request: HttpRequest, reference: str) -> HttpResponseRedirect:
        """Ends it."""
        end_wave(self.actor, reference)
        return self.go("staff_records:retrieve", done="ended")


class WaveList(StaffView):
    """What to take on the walk."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The PDF."""
        wave = read.wave_with(self.actor, reference)
        rows = [each for each in read.retrievals_of(self.actor, wave) if each.is_wanted]
        return _pdf(f"store-walk-{wave.reference}", wave_list(wave, rows))


class WaveLabels(StaffView):
    """The new labels of the bags of a walk, in its order."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The PDF. Raises NotFound when nothing is left to label."""
        wave = read.wave_with(self.actor, reference)
        labels = []
        for each in read.retrievals_of(self.actor, wave):
            if each.is_wanted and each.label is not None:
                each.label.bag = each.bag
                labels.append(each.label)
        if not labels:
            raise NotFound("Nothing of this walk is left to label.")
        return _pdf(f"labels-{wave.reference}", bag_labels(labels))


def _pdf(name: str, contents: bytes) -> HttpResponse:
    response = HttpResponse(contents, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
