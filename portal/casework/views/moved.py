"""The addresses that cases had before: e-mails and bookmarks still lead to them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.permissions import VIEW_CASES, VIEW_OWN_CASES
from portal.casework.selectors import find_case
from portal.foundation.web.views import ContractorView, PortalView, StaffView


class _Moved(PortalView, abstract=True):
    """Goes to the same page under its new address. Raises NotFound outside the actor's scope (R1)."""

    def get(self, request: HttpRequest, reference: str = "", rest: str = "", **kwargs: str) -> HttpResponseBase:
        """The redirect, for good; the query goes with it."""
        if reference:
            find_case(self.actor, reference)
        path = request.get_full_path().replace("/problems/", "/cases/", 1)
        return HttpResponseRedirect(path, status=301)


class OwnCaseMoved(_Moved, ContractorView):
    """From /o/<code>/problems/."""

    permission = VIEW_OWN_CASES


class CaseMoved(_Moved, StaffView):
    """From /staff/problems/."""

    permission = VIEW_CASES
