"""Somebody without account who followed a link to one draft or one case: their session, actor and base view."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import ClassVar

from django.http import HttpRequest

from portal.casework.permissions import ASK, FREEZE_CHANGE, REPORT, REQUEST_CHANGE, VIEW_OWN_CASES
from portal.foundation.access import Actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import NotFound
from portal.foundation.web.views import PortalView

_SESSION_KEY = "portal_requester"
_LASTS = timedelta(hours=4).total_seconds()
_MOST = 20  # drafts and cases that one browser remembers


def requester(email: str, *, name: str = "", case: str = "", draft: str = "") -> Actor:
    """The actor of somebody who proved the address ``email`` and may see this one draft or case."""
    return Actor(
        name=name or email,
        audience="requester",
        email=email,
        permissions=frozenset({ASK.code, VIEW_OWN_CASES.code, REPORT.code, REQUEST_CHANGE.code}),
        case_reference=case,
        draft_reference=draft,
    )


def objector(email: str, case: str) -> Actor:
    """The actor of somebody on file who followed the link of a notice: may stop this one change, and nothing else."""
    return Actor(
        name="Somebody on file",  # whoever asked reads who stopped it, and shall not learn an address from that
        audience="requester",
        email=email,
        permissions=frozenset({FREEZE_CHANGE.code}),
        case_reference=case,
    )


def remember(request: HttpRequest, purpose: str, reference: str, email: str) -> None:
    """This browser may see the draft or case for some hours; called after the link's POST."""
    kept = _kept(request)
    kept[f"{purpose}:{reference}"] = [email, time.time() + _LASTS]
    request.session[_SESSION_KEY] = dict(sorted(kept.items(), key=lambda each: each[1][1])[-_MOST:])


def _kept(request: HttpRequest) -> dict[str, list]:  # type: ignore[type-arg]
    stored = request.session.get(_SESSION_KEY, {})
    return {key: value for key, value in stored.items() if value[1] > time.time()}


class RequesterView(PortalView, abstract=True):
    """A page about one draft or case for whoever followed the link to it; ``reference`` is in the path.

    Without that, the answer is that of a page that does not exist, whether or not the reference does (R1).
    """

    audience = "requester"
    needs_sign_in = False
    thing: ClassVar[str] = "case"  # or "draft", or "freeze"

    def find_actor(self) -> Actor:
        reference = self.kwargs["reference"]
        entry = _kept(self.request).get(f"{self.thing}:{reference}")
        if entry is None:
            raise NotFound
        set_scope("requester", reference=reference)
        if self.thing == "freeze":
            return objector(entry[0], reference)
        return requester(entry[0], **{self.thing: reference})
