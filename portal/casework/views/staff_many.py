"""Several cases at once: choose them on the list, say what to do, read what became of each (J22)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.colleagues import colleagues
from portal.casework.forms.desk import Several as SeveralForm
from portal.casework.permissions import WORK_CASES
from portal.casework.selectors import cases_chosen
from portal.casework.services.work_many import MOST, give_many, move_many, take_many
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView

_SESSION_KEY = "casework_several"


class Several(FormPage, StaffView):
    """The chosen cases stand in the address, so that the page can be reloaded and comes back after an error."""

    permission = WORK_CASES
    form_class = SeveralForm
    template = "casework/several.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"staff": colleagues()}

    def context(self) -> dict[str, Any]:
        return {"cases": cases_chosen(self.actor, self._references())}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Does it, and keeps what became of each for the next page."""
        said, references = form.cleaned_data, self._references()
        if said["what"] == "take":
            results = take_many(self.actor, references)
        elif said["what"] == "give":
            results = give_many(self.actor, references, said["colleague"])
        else:
            results = move_many(self.actor, references, said["queue"])
        self.request.session[_SESSION_KEY] = [asdict(each) for each in results]
        return self.go("staff_casework:several_done")

    def _references(self) -> list[str]:
        return [each[:20] for each in self.request.GET.getlist("case")][:MOST]


class Done(StaffView):
    """What became of each case of this person's last choice."""

    permission = WORK_CASES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The table."""
        results = request.session.get(_SESSION_KEY, [])
        counted = {"done": sum(each["done"] for each in results), "all": len(results)}
        return self.page("casework/several_done.html.jinja", {"results": results, "counted": counted})
