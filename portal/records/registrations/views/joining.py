"""Two patients who are said to be one: compare them, propose to join them, decide it (J26)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.errors import Conflict, Refused
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.registrations import comparison as say
from portal.records.registrations import forms
from portal.records.registrations.comparing import Compared, compared
from portal.records.registrations.permissions import JOIN_PATIENTS, SETTLE_EVENTS
from portal.records.registrations.services.decide_joining import agree_to_joining, refuse_joining
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.take_back_joining import take_back_joining


class Compare(StaffView):
    """The two side by side, what was proposed, and what the reader may do about it."""

    permission = JOIN_PATIENTS
    shows_patients = "settle_registration"
    notices = {
        "proposed": "Proposed. Somebody else who may join patients has to decide it.",
        "joined": "They are one patient from now on. What lay elsewhere has begun to move.",
        "refused": "They count as two people. The question is closed, and can be asked again here.",
        "taken-back": "You have taken the proposal back. Nothing has moved, and it can be proposed again.",
    }

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        both = compared(self.actor, reference)
        own = both.joining is not None and both.joining.is_of(self.actor)
        is_open = not both.waits and not both.hindrance
        context = {
            **_shown(both),
            "links": self.actor.can(VIEW_ALL_RECORDS),
            "own": own,
            "may_decide": both.waits and not own,
            "may_propose": is_open,
            "may_settle": not both.waits and both.question.settled_at is None and self.actor.can(SETTLE_EVENTS),
        }
        return self.page("registrations/compare.html.jinja", context)


class _OfPair(FormPage, StaffView, abstract=True):
    permission = JOIN_PATIENTS
    shows_patients = "settle_registration"

    def context(self) -> dict[str, Any]:
        return _shown(compared(self.actor, self.kwargs["reference"]))

    def back(self, done: str) -> HttpResponseRedirect:
        """To the comparison, which says what happened."""
        return self.go("staff_registrations:compare", done=done, reference=self.kwargs["reference"])


class Propose(_OfPair):
    """The first person says that they are one."""

    form_class = forms.Propose
    template = "registrations/propose_joining.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        both = compared(self.actor, self.kwargs["reference"])
        if both.hindrance:
            raise Conflict(both.hindrance)
        return {"birth_dates": say.birth_dates(both)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps the proposal."""
        said = form.cleaned_data
        command = ProposeJoining(
            question=self.kwargs["reference"], reason=said["reason"], birth_date_of=said.get("birth_date_of", "")
        )
        propose_joining(self.actor, command)
        return self.back("proposed")


class Agree(_OfPair):
    """The second person says so, too."""

    form_class = forms.Agree
    template = "registrations/agree_to_joining.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Joins them."""
        agree_to_joining(self.actor, self.kwargs["reference"], form.cleaned_data["note"])
        return self.back("joined")


class Refuse(_OfPair):
    """The second person does not agree."""

    form_class = forms.Refuse
    template = "registrations/refuse_joining.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Leaves them two."""
        refuse_joining(self.actor, self.kwargs["reference"], form.cleaned_data["note"])
        return self.back("refused")


class TakeBack(_OfPair):
    """Who proposed it does not say so any more."""

    form_class = forms.TakeBack
    template = "registrations/take_back_joining.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        both = compared(self.actor, self.kwargs["reference"])
        if both.joining is None or not both.waits:
            raise Conflict("No proposal waits for a second person, so there is none to take back.")
        if not both.joining.is_of(self.actor):
            raise Refused("Only whoever proposed it can take it back. Decide it instead.")
        return {}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Leaves everything as it was before."""
        take_back_joining(self.actor, self.kwargs["reference"], form.cleaned_data["why"])
        return self.back("taken-back")


def _shown(both: Compared) -> dict[str, Any]:
    return {
        "reference": both.question.reference,
        "joining": both.joining,
        "asked": say.asked(both),
        "proposal": say.proposal_facts(both),
        "waits": both.waits,
        "hindrance": both.hindrance,
        "answer": both.question.settled_note,
        "rows": say.compare_rows(both),
        "birth_dates_differ": bool(say.birth_dates(both)),
        "practices": say.two_practices(both),
        "follows": say.what_follows(both),
    }
