"""Reads for the pages about a closing site's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.records.closures.counting import Progress, held, listed, progress_of, sought, unseen
from portal.records.closures.models import Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.plans import ClosurePlan, closure_of, sites_that_close
from portal.records.models import Bag, RecordPart
from portal.records.states import SOUGHT


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A site that closes: its plan, its count if it was begun, and how far it has come."""

    plan: ClosurePlan
    inventory: Inventory | None
    progress: Progress | None
    there: int


def closing_site(actor: Actor, code: str) -> Closing:
    """The closing of one site. A fixed number of queries. Raises Refused; NotFound when it does not close (R1)."""
    actor.require(COUNT_RECORDS)
    site = Organisation.objects.filter(code=code, contractor_type="gp").first()
    if site is None or (actor.audience == "contractor" and actor.organisation_id != site.pk):
        raise NotFound
    with system_scope():  # how many, and nothing of whose
        plan = closure_of(site)
        counts = Inventory.objects.filter(organisation=site).select_related("successor").order_by("-id")
        found = counts.filter(case_reference=plan.case_reference).first() if plan is not None else counts.first()
        if plan is None and found is not None:  # the request has ended; the count still shows how it went
            plan = ClosurePlan(
                site=site,
                case_reference=found.case_reference,
                closes_on=found.closes_on,
                successor=found.successor,
            )
        if plan is None:
            raise NotFound("This site does not close, so its records stay.")
        return Closing(
            plan=plan,
            inventory=found,
            progress=progress_of(found) if found is not None else None,
            there=held(site.pk).count() + listed(site.pk).count(),
        )


def does_close(actor: Actor) -> bool:
    """Whether the actor's site closes, so that its records are to be counted."""
    if not actor.can(COUNT_RECORDS):
        return False
    site = Organisation.objects.filter(pk=actor.organisation_id).first()
    return site is not None and closure_of(site) is not None


def closing_sites(actor: Actor) -> list[tuple[Organisation, Inventory | None]]:
    """The sites that close, and the count of each. Raises Refused."""
    actor.require(COUNT_RECORDS)
    codes = sites_that_close()
    sites = {each.code: each for each in Organisation.objects.filter(code__in=codes)}
    counts = Inventory.objects.visible_to(actor).filter(organisation__code__in=codes)  # type: ignore[attr-defined]
    newest = {each.organisation_id: each for each in counts.order_by("id")}
    return [(sites[code], newest.get(sites[code].pk)) for code in dict.fromkeys(codes) if code in sites]


def not_found(actor: Actor, inventory: Inventory) -> QuerySet[RecordPart]:
    """What should be at the site and was not seen, or is looked for. Raises Refused."""
    actor.require(COUNT_RECORDS)
    chosen = unseen(inventory) if inventory.state == "counting" else sought(inventory)
    visible = RecordPart.objects.visible_to(actor).filter(pk__in=chosen.values("pk"))  # type: ignore[attr-defined]
    return visible.select_related("record__patient").order_by("id")  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class Search:
    """How far the search for one part has come: since when, how many other places were asked, and have answered."""

    movement: str
    since: datetime
    is_lost: bool
    asked: int
    answered: int


def searches_for(actor: Actor, parts: Sequence[RecordPart]) -> dict[int, Search]:
    """The search for each of these that has one, by the id of the part. One query. Raises Refused.

    A site reads numbers, and not who was asked: that would say where its patients were before.
    """
    actor.require(COUNT_RECORDS)
    with system_scope():
        bags = Bag.objects.filter(part__in=[part.pk for part in parts], state__in=SOUGHT).select_related("movement")
        others = ~Q(search_tasks__holder=F("movement__origin"))  # the site has looked already
        answered = others & ~Q(search_tasks__state="asked")
        counted = bags.annotate(
            asked=Count("search_tasks", filter=others), answered=Count("search_tasks", filter=answered)
        )
        return {
            bag.part_id: Search(
                movement=bag.movement.reference,
                since=bag.state_since,
                is_lost=bag.state == "lost",
                asked=bag.asked,
                answered=bag.answered,
            )
            for bag in counted
        }
