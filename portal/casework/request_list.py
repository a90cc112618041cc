"""The staff's list of change requests, and the commissioner's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from portal.casework.models import ChangeRequest
from portal.casework.models.change_request import REQUEST_KINDS
from portal.casework.request_states import CHANGE_REQUEST, LIVE_STATES
from portal.casework.requests import change_requests
from portal.foundation.access import Actor


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """Which requests: in this state ('' for all that are live, ``all`` for every one), of this kind."""

    state: str = ""
    kind: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> RequestFilter:
        """From the address; what is not known counts as not chosen."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state == "all" or state in CHANGE_REQUEST.states else "",
            kind=kind if kind in REQUEST_KINDS else "",
        )


def list_requests(actor: Actor, wanted: RequestFilter) -> QuerySet[ChangeRequest]:
    """Those the actor may see, the one that waits longest first; for ``all`` the newest first."""
    found = change_requests(actor)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.state == "all":
        return found.order_by("-id")
    return found.filter(state__in=[wanted.state] if wanted.state else LIVE_STATES).order_by("state_since", "id")


def counts_by_state(actor: Actor) -> list[tuple[str, str, int]]:
    """Code, label and number of every live state that has requests, in the order of the table; one query."""
    counted = ChangeRequest.objects.visible_to(actor).filter(state__in=LIVE_STATES)  # type: ignore[attr-defined]
    numbers = dict(counted.order_by().values_list("state").annotate(number=Count("id")))
    return [(code, CHANGE_REQUEST.states[code].label, numbers[code]) for code in LIVE_STATES if numbers.get(code)]
