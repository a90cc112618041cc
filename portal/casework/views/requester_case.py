"""One's own case for somebody without account, who followed a link to it (J20)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.forms.proof import FreezeForm
from portal.casework.permissions import FREEZE_CHANGE, REPORT, VIEW_OWN_CASES
from portal.casework.requester import RequesterView
from portal.casework.requests import find_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.views.own_case_pages import ClosePage, FilePage, RatePage, WritePage
from portal.foundation.web.form_page import FormPage

_LAYOUT = "layouts/public.html.jinja"


class Write(WritePage, RequesterView):
    """Write to whoever works on it."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class Rate(RatePage, RequesterView):
    """Say how it went."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class Close(ClosePage, RequesterView):
    """The answer settles it."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework_requests"


class File(FilePage, RequesterView):
    """A file of the case."""

    permission = VIEW_OWN_CASES


class _Objection(RequesterView, abstract=True):
    permission = FREEZE_CHANGE
    thing = "freeze"


class Freeze(FormPage, _Objection):
    """Somebody on file stops a change that is not right (J21)."""

    form_class = FreezeForm
    template = "casework/proof/freeze.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"change": find_request(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Stops it."""
        freeze_request(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.go("casework_requests:frozen", reference=self.kwargs["reference"])


class Frozen(_Objection):
    """It is stopped, and what comes next."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The confirmation; as long as it is not stopped, the page that stops it."""
        change = find_request(self.actor, reference)
        if change.frozen_at is None:
            return self.go("casework_requests:freeze", reference=reference)
        return self.page("casework/proof/frozen.html.jinja", {"change": change})
