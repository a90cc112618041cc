"""Records as the operator works with them: hub, store, and what does not fit (J26)."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records import presenters as say
from portal.records import selectors as read
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.forms.marks import SealForm
from portal.records.forms.staff import BagForm, ScanForm, SearchForm, SettleForm, WhyForm
from portal.records.models.scan import OUTCOMES
from portal.records.permissions import SCAN_RECORDS, VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.picture import next_step, picture_of
from portal.records.places import place_with_code
from portal.records.services.mark_movement import seal_record
from portal.records.services.reconstitute import reconstitute
from portal.records.services.settle_discrepancy import settle_discrepancy
from portal.records.services.settle_movement import cancel_movement, mark_lost, mark_missing
from portal.records.services.take_scans import Scanned, take_scans
from portal.records.states import BEFORE_LEAVING, SOUGHT

GROUPS = {"late": "Late", **{code: label for code, (label, _) in read.GROUPS.items() if code != "ended"}}


class Movements(StaffView):
    """All movements that have not ended, the longest expected first; search by number or label."""

    permission = VIEW_ALL_RECORDS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list; a number that is found leads straight to its movement."""
        form, words = SearchForm(request.GET), request.GET.get("words", "").strip()
        if words and (found := read.movement_of_code(self.actor, words[:30])) is not None:
            return self.go("staff_records:movement", reference=found.reference)
        group = request.GET.get("group", "late")
        page = page_of(read.all_movements(self.actor, group), request.GET)
        context = {
            "form": form,
            "words": words,
            "group": group,
            "groups": GROUPS,
            "pages": page,
            "rows": [(each, read.days_late(each)) for each in page.rows],
            "may_scan": self.actor.can(SCAN_RECORDS),
            "may_count": self.actor.can(COUNT_RECORDS),
        }
        return self.page("records/staff/movements.html.jinja", context)


class OneMovement(StaffView):
    """Where it is, who had it, and what the operator can do. The patient is not named here."""

    permission = VIEW_ALL_RECORDS
    notices = {
        "cancelled": "The movement is cancelled. Both practices see why.",
        "missing": "It is marked as missing. Both practices see that you look for it.",
        "lost": "It is marked as lost.",
        "reconstituted": "Entered. Both practices see it. The original is still looked for.",
        "sealed": "Kept.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        movement = read.movement_with(self.actor, reference)
        bags = list(movement.bags.all())
        is_open = self.actor.can(WORK_RECORDS) and movement.ended_at is None
        context = {
            "movement": movement,
            "steps": picture_of(movement),
            "marks": say.marks_of(movement),
            "stand_ins": read.stand_ins(self.actor, movement),
            "same_patient": read.of_same_patient(self.actor, movement),
            "bags": say.bags_shown(bags),
            "custody": movement.custody.all(),
            "failed": read.failed_deliveries(movement),
            "next_step": next_step(movement),
            "late_days": read.days_late(movement),
            "may": {
                "cancel": is_open and all(bag.state in (*BEFORE_LEAVING, *SOUGHT) for bag in bags),
                "miss": is_open and any(bag.state not in SOUGHT for bag in bags),
                "lose": is_open and any(bag.state == "missing" for bag in bags),
                "reconstitute": is_open and any(bag.state == "lost" for bag in bags),
                "seal": self.actor.can(WORK_RECORDS),
            },
        }
        return self.page("records/staff/movement.html.jinja", context)


class _Act(FormPage, StaffView, abstract=True):
    permission = WORK_RECORDS
    form_class: Any = WhyForm
    template = "records/staff/act.html.jinja"
    title = ""
    button = ""

    def context(self) -> dict[str, Any]:
        movement = read.movement_with(self.actor, self.kwargs["reference"])
        return {"movement": movement, "title": self.title, "button": self.button}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the movement."""
        return self.go("staff_records:movement", done=done, reference=self.kwargs["reference"])


class Cancel(_Act):
    """End a movement before it has left."""

    title = "Cancel the movement"
    button = "Cancel it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Cancels it."""
        cancel_movement(self.actor, self.kwargs["reference"], form.cleaned_data["why"])
        return self.back("cancelled")


class _ActOnBag(_Act, abstract=True):
    form_class = BagForm

    def form_arguments(self) -> dict[str, Any]:
        movement = read.movement_with(self.actor, self.kwargs["reference"])
        return {"bags": [bag.number for bag in movement.bags.all()]}


class Missing(_ActOnBag):
    """A bag that five working days of searching have not found."""

    title = "Mark a bag as missing"
    button = "It is missing"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        said = form.cleaned_data
        mark_missing(self.actor, self.kwargs["reference"], int(said["bag"]), said["why"])
        return self.back("missing")


class Lost(_ActOnBag):
    """A bag that has been missing for six months."""

    title = "Mark a bag as lost"
    button = "It is lost"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        said = form.cleaned_data
        mark_lost(self.actor, self.kwargs["reference"], int(said["bag"]), said["why"])
        return self.back("lost")


class Reconstituted(_ActOnBag):
    """The record of a lost bag was put together anew."""

    title = "A lost record was put together anew"
    button = "Enter it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Enters it; it lies where the bag was sent."""
        said = form.cleaned_data
        reconstitute(self.actor, self.kwargs["reference"], int(said["bag"]), said["why"])
        return self.back("reconstituted")


class Seal(_Act):
    """A protected identity."""

    form_class = SealForm
    title = "Protect who the record is about"
    button = "Keep this"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Protects it, or ends that."""
        said = form.cleaned_data
        seal_record(self.actor, self.kwargs["reference"], is_sealed=said["sealed"] == "yes", why=said["why"])
        return self.back("sealed")


class Scan(FormPage, StaffView):
    """Scan a stack of bags; each gets its answer, and what is wrong stands first."""

    permission = SCAN_RECORDS
    form_class = ScanForm
    template = "records/staff/scan.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: self.request.GET[name] for name in ("kind", "place") if name in self.request.GET}}

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Takes them in one call, and shows what became of each; the next stack can follow at once."""
        form = ScanForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        said, now, stack = form.cleaned_data, timezone.now(), secrets.token_hex(8)
        place = place_with_code(said["place"])
        scans = [
            Scanned(key=f"hub-{stack}-{number}", kind=said["kind"], code=code, place=place, at=now)
            for number, code in enumerate(said["codes"])
        ]
        answers = list(zip(said["codes"], take_scans(self.actor, scans), strict=True))
        rows = [
            {
                "code": code,
                "outcome": OUTCOMES.get(answer.outcome, "It was sent before"),
                "wrong": answer.wrong,
                "noted": answer.noted,
            }
            for code, answer in answers
        ]
        rows.sort(key=lambda row: not row["wrong"])
        fresh = ScanForm(initial={"kind": said["kind"], "place": place.code})
        wrong = sum(bool(row["wrong"]) for row in rows)
        return self.page(self.template, {"form": fresh, "rows": rows, "wrong": wrong})


class Discrepancies(StaffView):
    """What does not fit, the oldest first."""

    permission = VIEW_ALL_RECORDS
    notices = {"settled": "It is settled."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(read.open_discrepancies(self.actor), request.GET)
        context = {"rows": page.rows, "pages": page, "may_work": self.actor.can(WORK_RECORDS)}
        return self.page("records/staff/discrepancies.html.jinja", context)


class Settle(FormPage, StaffView):
    """Say how it ended."""

    permission = WORK_RECORDS
    form_class = SettleForm
    template = "records/staff/settle.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"found": read.one_discrepancy(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Settles it."""
        settle_discrepancy(self.actor, self.kwargs["reference"], form.cleaned_data["outcome"])
        return self.go("staff_records:discrepancies", done="settled")
