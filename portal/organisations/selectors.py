"""Reads of the directory that other apps and pages need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.organisations.models import (
    CommissionerPeriod,
    ImportRun,
    Organisation,
    OrganisationIdentifier,
    OrganisationVersion,
)
from portal.organisations.permissions import VIEW_DIRECTORY

_MOST_BRANCHES = 200
MOST_SITES = 100  # that a search for something of theirs looks among


@dataclass(frozen=True)
class DirectoryFilter:
    """What the reader of the list asked for; '' asks for nothing."""

    q: str = ""
    kind: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganisationRecord:
    """Everything the directory knows of one organisation."""

    organisation: Organisation
    commissioner: Organisation | None
    branches: list[Organisation]
    versions: list[OrganisationVersion]
    identifiers: list[OrganisationIdentifier]
    commissioner_periods: list[CommissionerPeriod]


def organisation_with_code(code: str) -> Organisation:
    """The organisation with this code, however it was typed; the parent comes with it. Raises NotFound."""
    found = Organisation.objects.filter(code=_typed(code)).select_related("parent").first()
    if found is None:
        raise NotFound(f"No organisation has the code {code}.")
    return found


def area_of(organisation_id: int | None) -> str:
    """The code of the commissioner of a site today, as every feature counts it; '' where none is known."""
    with connection.cursor() as cursor:
        cursor.execute("select organisations_area_on(%s, %s)", [organisation_id, timezone.localdate()])
        (found,) = cursor.fetchone()
    return found or ""


def names_of(codes: list[str]) -> dict[str, str]:
    """The names of organisations by code, in the order of the codes; one that is not known is called by its code."""
    known = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    return {code: known.get(code, code) for code in codes}


def earlier_telephones(organisation: Organisation) -> list[OrganisationVersion]:
    """The periods in which the directory held a telephone number for it that is over, the newest first; one query."""
    versions = OrganisationVersion.objects.filter(organisation=organisation).exclude(telephone="")
    return list(versions.order_by("-valid_to")[:20])


def new_branches_of(parents: set[int], since: date) -> list[Organisation]:
    """Open branches of these main practices (ids) that no release before that day knew, by code; one query."""
    found = Organisation.objects.filter(parent_id__in=parents, status="active", valid_from=since, versions=None)
    return list(found.select_related("parent").order_by("code"))


def delivery_address(organisation: Organisation) -> list[str]:
    """Where goods for it are sent, line by line, name first: a copy to keep on the order.

    An order keeps these lines for good; a later move of the organisation must not rewrite them (hazard 7).
    """
    return [organisation.name, *organisation.address]


def directory(actor: Actor, chosen: DirectoryFilter) -> QuerySet[Organisation]:
    """The organisations the actor may browse, filtered; for a list in pages. Raises Refused."""
    actor.require(VIEW_DIRECTORY)
    found = Organisation.objects.visible_to(actor).search(chosen.q)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.status:
        found = found.filter(status=chosen.status)
    return found


def sites_like(words: str) -> list[int]:
    """The ids of sites whose code, postcode or name matches, the best first, ``MOST_SITES`` at most; one query."""
    return list(Organisation.objects.search(words).values_list("id", flat=True)[:MOST_SITES]) if words.strip() else []


def organisation_record(actor: Actor, code: str) -> OrganisationRecord:
    """Everything about one organisation, in six queries. Raises Refused and NotFound."""
    actor.require(VIEW_DIRECTORY)
    visible: Any = Organisation.objects.visible_to(actor)
    organisation = visible.filter(code=_typed(code)).select_related("parent").first()
    if organisation is None:
        raise NotFound
    commissioner_code = organisation.commissioner_code or (
        organisation.parent.commissioner_code if organisation.parent else ""
    )
    return OrganisationRecord(
        organisation=organisation,
        commissioner=Organisation.objects.filter(code=commissioner_code).first(),
        branches=list(organisation.branches.order_by("code")[:_MOST_BRANCHES]),
        versions=list(organisation.versions.order_by("-valid_from")),
        identifiers=list(organisation.identifiers.order_by("kind", "value")),
        commissioner_periods=list(
            CommissionerPeriod.objects.filter(organisation_code=organisation.code).order_by("-joined_on")
        ),
    )


def import_runs(actor: Actor) -> QuerySet[ImportRun]:
    """The files offered to the directory, newest first. Raises Refused."""
    actor.require(VIEW_DIRECTORY)
    return ImportRun.objects.order_by("-started_at", "-id")


def _typed(code: str) -> str:
    """A code as it is stored. Text that no code can be finds nothing rather than failing."""
    return code.replace("\x00", "").strip().upper()
