"""Reads of casework that views share."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from portal.casework.models import Case, RequestDraft
from portal.casework.permissions import VIEW_CASES, VIEW_OWN_CASES
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound

OWN_SHOWN = {"all": "All", "open": "Open", "reply": "Waiting for your reply"}


def own_cases(actor: Actor, show: str = "all") -> QuerySet[Case]:
    """What the actor's organisation has asked and reported, newest first; ``show`` is a key of OWN_SHOWN."""
    cases: QuerySet[Case] = Case.objects.visible_to(actor).order_by("-id")  # type: ignore[attr-defined]
    if show == "open":
        return cases.filter(state__in=OPEN_STATES)
    if show == "reply":
        return cases.filter(state="waiting", waiting_party="requester")
    return cases


def find_case(actor: Actor, reference: str) -> Case:
    """The case. Raises NotFound outside the actor's scope (R1)."""
    case = Case.objects.visible_to(actor).select_related("organisation").filter(reference=reference).first()  # type: ignore[attr-defined]
    if case is None:
        raise NotFound
    return case  # type: ignore[no-any-return]


def cases_chosen(actor: Actor, references: list[str]) -> list[Case]:
    """Those of the references that the actor may see, with their organisations; one query."""
    cases = Case.objects.visible_to(actor).filter(reference__in=references)  # type: ignore[attr-defined]
    return list(cases.select_related("organisation").order_by("reference"))


def cases_about(actor: Actor, about_type: str, about_reference: str) -> list[Case]:
    """The cases about one thing that the actor may see, newest first; one query, none without the right."""
    if not (actor.can(VIEW_OWN_CASES) or actor.can(VIEW_CASES)):
        return []
    cases = Case.objects.visible_to(actor)  # type: ignore[attr-defined]
    return list(cases.filter(about_type=about_type, about_reference=about_reference).order_by("-id"))


def own_open_cases(actor: Actor, most: int = 5) -> list[Case]:
    """The newest cases of the actor's organisation that are not settled; none without the right to see them."""
    return list(own_cases(actor).filter(state__in=OPEN_STATES)[:most]) if actor.can(VIEW_OWN_CASES) else []


def events_of(case: Case) -> list[AuditEvent]:
    """What happened to the case, oldest first."""
    return list(AuditEvent.objects.about("case", case.reference))  # type: ignore[attr-defined]


def own_drafts(actor: Actor) -> list[RequestDraft]:
    """The actor's requests that are begun and not sent, the newest first."""
    drafts = RequestDraft.objects.visible_to(actor).filter(case=None, expires_at__gt=timezone.now())  # type: ignore[attr-defined]
    return list(drafts.exclude(journey="enquiry").order_by("-updated_at")[:20])
