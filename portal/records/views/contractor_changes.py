"""What a practice does with records: one service each (J9, J10)."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.posted import posted_all
from portal.foundation.web.views import ContractorView
from portal.records import selectors as read
from portal.records.documents import bag_labels
from portal.records.forms.contractor import LookUpForm, MatchForm, NeverHeldForm, NoPaperForm, RequestForm
from portal.records.models.scan import OUTCOMES
from portal.records.permissions import MOVE_RECORDS, VIEW_RECORDS
from portal.records.picture import next_step
from portal.records.services.look_up import look_up
from portal.records.services.match_envelope import Match, match_envelope
from portal.records.services.prepare_movement import add_bag, make_labels, mark_ready
from portal.records.services.request_movement import RequestMovement, request_movement
from portal.records.services.settle_movement import confirm_arrival, say_never_held, say_no_paper
from portal.records.views.contractor import SIDES


class _Answering(FormPage, ContractorView, abstract=True):
    """A form whose answer stands on the same page, and never in an address (R5)."""

    def answer(self, form: Any) -> HttpResponse:
        """Calls one service and shows what came of it. May raise InvalidInput."""
        raise NotImplementedError

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """As every form; what was typed comes back with the error."""
        form = self.form_class(request.POST, **self.form_arguments())
        if form.is_valid():
            try:
                return self.answer(form)
            except InvalidInput as error:
                for field, sentence in error.errors.items():
                    form.add_error(field, sentence)  # type: ignore[attr-defined]
        return self.show(form, status=422)


class LookUp(_Answering):
    """Where is a record?"""

    permission = VIEW_RECORDS
    form_class = LookUpForm
    template = "records/look_up.html.jinja"

    def answer(self, form: Any) -> HttpResponse:
        """Looks. Too many looks in an hour are refused (trust: the stalker)."""
        if not ratelimit.consume(self.request, action="record_search", user=self.request.user):
            raise Conflict("You have looked for very many records in this hour. Wait an hour, or call us.")
        found = look_up(self.actor, form.identifiers(), form.cleaned_data["purpose"])
        movements = [(each, next_step(each)) for each in found.movements]
        return self.page(self.template, {"form": form, "found": found, "movements": movements, "looked": True})


class MatchPage(_Answering):
    """Compare an envelope with a label, before it leaves or when it comes."""

    permission = MOVE_RECORDS
    form_class = MatchForm
    template = "records/match.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: self.request.GET[name] for name in ("step", "code") if name in self.request.GET}}

    def answer(self, form: Any) -> HttpResponse:
        """Compares, and says loudly what came of it; the next envelope can follow at once."""
        said = form.cleaned_data
        command = Match(step=said["step"], code=said["code"], envelope=form.identifiers())
        matched = match_envelope(self.actor, command)
        fresh = MatchForm(initial={"step": said["step"]})
        context = {"form": fresh, "matched": matched, "outcome": OUTCOMES.get(matched.answer.outcome, "")}
        return self.page(self.template, context)


class Request(FormPage, ContractorView):
    """Ask for a movement."""

    permission = MOVE_RECORDS
    form_class = RequestForm
    template = "records/request.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Starts it, and shows it."""
        said = form.cleaned_data
        command = RequestMovement(
            way=said["way"], patient=form.identifiers(), urgent_reason=said["urgent_reason"].strip()
        )
        movement = request_movement(self.actor, command)
        if self.actor.organisation_id not in (movement.origin_organisation_id, movement.destination_organisation_id):
            return self.go("records:records", done="mistake")  # it is on its way between two others
        return self.go("records:movement", done="asked", reference=movement.reference)


class OfMovement(FormPage, ContractorView, abstract=True):
    """One form about one movement; goes back to it."""

    permission = MOVE_RECORDS
    template = "records/say.html.jinja"
    title = ""
    text = ""
    button = ""

    def context(self) -> dict[str, Any]:
        movement = read.movement_with(self.actor, self.kwargs["reference"])
        return {"movement": movement, "title": self.title, "text": self.text, "button": self.button}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the movement."""
        return self.go("records:movement", done=done, reference=self.kwargs["reference"])


class NeverHeld(OfMovement):
    """The practice has not got it."""

    form_class = NeverHeldForm
    title = "We do not have this record"
    text = "The operator asks everybody who had it before. The other practice reads that it is missing."
    button = "Say that it is not here"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        say_never_held(self.actor, self.kwargs["reference"], form.cleaned_data["note"])
        return self.back("never_held")


class NoPaper(OfMovement):
    """There is no paper."""

    form_class = NoPaperForm
    title = "There is no paper to send"
    text = "The other practice reads at once that no envelope comes, so that nobody waits for one."
    button = "Say that there is no paper"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        digitised = form.cleaned_data["why"] == "digitised"
        say_no_paper(self.actor, self.kwargs["reference"], digitised=digitised)
        return self.back("no_paper")


class _Press(ContractorView, abstract=True):
    """One button."""

    permission = MOVE_RECORDS


class MakeLabels(_Press):
    """Make the labels that are missing."""

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Makes them; the print-out is a page of its own."""
        make_labels(self.actor, reference)
        return self.go("records:movement", done="labels", reference=reference)


class Ready(_Press):
    """All bags wait for the courier."""

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Says so."""
        mark_ready(self.actor, reference)
        return self.go("records:movement", done="ready", reference=reference)


class Received(_Press):
    """It is here."""

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Says so."""
        confirm_arrival(self.actor, reference)
        return self.go("records:movement", done="received", reference=reference)


class AddBag(_Press):
    """One more bag for a record that does not fit."""

    def post(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """Adds it."""
        add_bag(self.actor, reference)
        return self.go("records:movement", done="bag", reference=reference)


class Together(_Press):
    """The same for all that were chosen in a list: what cannot be done is said, the rest is done."""

    def post(self, request: HttpRequest, code: str, side: str) -> HttpResponseBase:
        """One service call for each."""
        act, done = (confirm_arrival, "received") if side == "in" else (_prepare, "ready")
        chosen = posted_all(request, "chosen")[:100]
        refused = []
        for reference in chosen:
            try:
                act(self.actor, reference)
            except Conflict as error:
                refused.append((reference, error.sentence))
        if refused:
            context = {"refused": refused, "done": len(chosen) - len(refused), "side": side, "title": SIDES[side]}
            return self.page("records/together.html.jinja", context)
        return self.go(f"records:{side}", done=done if chosen else "none")


def _prepare(actor: Any, reference: str) -> None:
    make_labels(actor, reference)
    mark_ready(actor, reference)


class Labels(ContractorView):
    """The labels of a movement, to print."""

    permission = MOVE_RECORDS
    shows_patients = "make_labels"

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The PDF; its name says nothing of the patient (R5)."""
        movement = read.movement_with(self.actor, reference)
        labels = [label for bag in movement.bags.all() for label in bag.labels.all()]
        if not labels:
            raise Conflict("Make the labels first.")
        for bag in movement.bags.all():
            bag.movement = movement
            for label in bag.labels.all():
                label.bag = bag
        response = HttpResponse(bag_labels(labels), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="labels-{movement.reference}.pdf"'
        return response
