"""The register of missing forms: reads, statistics by area, and who must know (J7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from psycopg.types.range import Int8Range

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound, Refused
from portal.foundation.web.filters import day
from portal.organisations.models import Organisation
from portal.serials.formats import Formats
from portal.serials.models import AreaContact, FormIncident
from portal.serials.numbers import serial_policy
from portal.serials.permissions import VIEW_OWN_FORMS, VIEW_REGISTER


@dataclass(frozen=True, kw_only=True)
class AreaCount:
    """One area's line of the statistics. ``share`` is its length in the chart, from 0 to 100."""

    code: str
    name: str
    reports: int
    forms: int
    stolen: int
    still_open: int
    share: int


def who_must_know(area: str) -> list[AreaContact]:
    """Everybody who must know of missing forms in the area: its own contacts, and those for everywhere."""
    return list(AreaContact.objects.filter(area__in=[area, ""], ended_at=None).order_by("role", "id"))


def contacts(actor: Actor) -> QuerySet[AreaContact]:
    """Every contact there is now, by area and role."""
    actor.require(VIEW_REGISTER)
    return AreaContact.objects.filter(ended_at=None).order_by("area", "role", "id")


def list_incidents(actor: Actor, query: Mapping[str, str]) -> QuerySet[FormIncident]:
    """The register, the newest first; ``area``, ``kind`` and ``open`` narrow it."""
    actor.require(VIEW_REGISTER)
    rows = FormIncident.objects.visible_to(actor).select_related("item", "organisation")  # type: ignore[attr-defined]
    if area := query.get("area", ""):
        rows = rows.filter(area=area)
    if kind := query.get("kind", ""):
        rows = rows.filter(kind=kind)
    if query.get("open"):
        rows = rows.filter(outcome="")
    return rows.order_by("-reported_at", "-id")  # type: ignore[no-any-return]


def counts_by_area(rows: QuerySet[FormIncident]) -> list[AreaCount]:
    """The statistics of these incidents: two queries, whatever their number."""
    found = list(
        rows.order_by()
        .values("area")
        .annotate(
            reports=Count("id"),
            forms=Sum("number"),
            stolen=Count("id", filter=Q(kind="stolen")),
            still_open=Count("id", filter=Q(outcome="")),
        )
        .order_by("-reports", "area")
    )
    names = area_names()
    most = max((each["reports"] for each in found), default=1)
    return [
        AreaCount(
            code=each["area"],
            name=names.get(each["area"], each["area"] or "Area not known"),
            reports=each["reports"],
            forms=each["forms"],
            stolen=each["stolen"],
            still_open=each["still_open"],
            share=round(100 * each["reports"] / most),
        )
        for each in found
    ]


def area_names() -> dict[str, str]:
    """The names of the areas of which the register has reports."""
    codes = FormIncident.objects.order_by().values_list("area", flat=True).distinct()
    return dict(Organisation.objects.filter(code__in=list(codes)).values_list("code", "name"))


def find_incident(actor: Actor, case_reference: str) -> FormIncident:
    """One incident. Raises NotFound for another site's (R1), Refused without the right to see forms."""
    if not (actor.can(VIEW_REGISTER) or actor.can(VIEW_OWN_FORMS)):
        raise Refused("Your role does not let you see where numbered forms are.")
    rows = FormIncident.objects.visible_to(actor).select_related("item", "organisation")  # type: ignore[attr-defined]
    found: FormIncident | None = rows.filter(case_reference=case_reference).first()
    if found is None:
        raise NotFound
    return found


def ink_instruction(actor: Actor) -> date | None:
    """Until when the site's prescribers write in the other colour; None when they need not."""
    today = timezone.localdate()
    rows = FormIncident.objects.visible_to(actor).filter(  # type: ignore[attr-defined]
        organisation_id=actor.organisation_id, ink_until__gte=today
    )
    found: date | None = rows.order_by("-ink_until").values_list("ink_until", flat=True).first()
    return found


def ink_words(until: date | None) -> str:
    """What prescribers do until that day, in words; '' where there is no ink instruction."""
    return serial_policy().ink.format(until=day(until)) if until else ""


def numbers_of(incident: FormIncident, formats: Formats | None = None) -> str:
    """The numbers in words; ``formats`` where there are many incidents."""
    serials = Int8Range(incident.first, incident.first + incident.number)
    return (formats or Formats()).shown(incident.item.code, serials)
