"""The pages of one's own case. Both mounts use them: signed in under /o/<code>/, and with an e-mailed link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.conversation import find_attachment
from portal.casework.forms.work import Nothing, Rate, Write
from portal.casework.moving import may_still_reopen
from portal.casework.permissions import REPORT
from portal.casework.selectors import find_case
from portal.casework.services.work_case import close_case
from portal.casework.services.write_to_case import rate_case, write_to_case
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict
from portal.foundation.files import private_download
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import PortalView, link

NOTICES = {
    "opened": "We have your report. An e-mail says when there is news.",
    "closed": "Thank you. The case is closed.",
    "written": "Your message was sent. Whoever works on it sees it today.",
    "withdrawn": "The request is taken back. Those we had told know it, too.",
    "rated": "Thank you for telling us how it went.",
}


def ways_of(actor: Actor, case: Any, pages: str, **arguments: str) -> dict[str, str]:
    """The addresses of what this person can do with the case now: write, close, rate; '' for what they cannot."""
    may_write = case.state in OPEN_STATES or may_still_reopen(case)
    can = {
        "write": may_write and actor.can(REPORT),
        "close": CASE.allows(actor, case.state, "closed"),
        "rate": case.state in ("resolved", "closed") and case.rating is None and actor.can(REPORT),
    }
    return {
        name: link(f"{pages}:{name}", reference=case.reference, **arguments) if allowed else ""
        for name, allowed in can.items()
    }


class OwnCasePage(FormPage, abstract=True):
    """What the forms about one's own case share. A mount says ``layout`` and ``pages``, the namespace."""

    layout: str
    pages: str

    def case_to_act_on(self) -> Any:
        """The case in the path. Raises NotFound outside the actor's scope."""
        return find_case(self.actor, self.kwargs["reference"])

    def context(self) -> dict[str, Any]:
        case = self.case_to_act_on()
        arguments = {key: value for key, value in self.kwargs.items() if key == "code"}
        own_page = link(f"{self.pages}:case", reference=case.reference, **arguments)
        return {"case": case, "layout": self.layout, "own_page": own_page}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the case."""
        return self.go(f"{self.pages}:case", reference=self.kwargs["reference"], done=done)


class WritePage(OwnCasePage, abstract=True):
    """Write to whoever works on it; opens a settled case again."""

    form_class = Write
    template = "casework/write.html.jinja"

    def case_to_act_on(self) -> Any:
        """Raises Conflict for a case that was settled too long ago or joined to another."""
        case = super().case_to_act_on()
        if case.state not in OPEN_STATES and not may_still_reopen(case):
            raise Conflict("This is settled. Ask us anew and give its reference.")
        return case

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends the message."""
        write_to_case(self.actor, self.kwargs["reference"], form.cleaned_data["body"], form.cleaned_data["upload"])
        return self.back("written")


class RatePage(OwnCasePage, abstract=True):
    """Say how it went."""

    form_class = Rate
    template = "casework/rate.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        rate_case(self.actor, self.kwargs["reference"], form.cleaned_data["rating"], form.cleaned_data["comment"])
        return self.back("rated")


class ClosePage(OwnCasePage, abstract=True):
    """The answer settles it."""

    form_class = Nothing
    template = "casework/close.html.jinja"

    def case_to_act_on(self) -> Any:
        """Raises Conflict for a case that cannot be closed."""
        case = super().case_to_act_on()
        CASE.check(self.actor, case.state, "closed")
        return case

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Closes the case."""
        close_case(self.actor, self.kwargs["reference"])
        return self.back("closed")


class FilePage(PortalView, abstract=True):
    """A file of the case, for whoever may read it."""

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        """The download. Raises NotFound outside the actor's scope, Conflict while it is being checked."""
        return private_download(find_attachment(self.actor, kwargs["reference"], kwargs["file"]).stored_file)
