"""Reads of searches. A practice that is asked sees whom to look for, though the record is another's (J26)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.foundation.of_each import of_each
from portal.records.models import Bag, PaperRecord
from portal.records.permissions import VIEW_ALL_RECORDS, VIEW_RECORDS
from portal.records.searches.models import SearchTask
from portal.records.states import SOUGHT


def own_tasks(actor: Actor, *, answered: bool = False) -> QuerySet[SearchTask]:
    """What the actor's site is asked to look for, the most urgent first; or what it answered. Raises Refused."""
    actor.require(VIEW_RECORDS)
    found = SearchTask.objects.visible_to(actor)  # type: ignore[attr-defined]
    if answered:
        return found.exclude(state="asked").order_by("-answered_at", "-id")  # type: ignore[no-any-return]
    return found.unanswered()  # type: ignore[no-any-return]


def own_task(actor: Actor, reference: str) -> SearchTask:
    """One question to the actor's site. Raises Refused, NotFound."""
    actor.require(VIEW_RECORDS)
    found = SearchTask.objects.visible_to(actor).select_related("holder").filter(reference=reference).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def records_sought(tasks: list[SearchTask]) -> dict[int, PaperRecord]:
    """The records of these questions, with their patients, by the id of the part. One query.

    The caller has checked that the actor is the one who is asked.
    """
    with system_scope():  # neither record nor patient is in the scope of a practice that does not have it
        parts = [task.part_id for task in tasks]
        found = PaperRecord.objects.filter(parts__in=parts).select_related("patient").prefetch_related("parts")
        return {part.id: record for record in found for part in record.parts.all() if part.id in parts}


def searches(actor: Actor) -> QuerySet[Bag]:
    """Every bag that is looked for, the longest first, with its counts of questions. Raises Refused.

    Nothing is joined: what a bag belongs to is fetched, and its questions are counted, for the rows of a page alone.
    """
    actor.require(VIEW_ALL_RECORDS)
    found: QuerySet[Bag] = (
        Bag.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(state__in=SOUGHT)
        .prefetch_related("movement__origin", "movement__destination", "part")
        .annotate(
            asked=_of_bag(Count("id")),
            not_there=_of_bag(Count("id"), state="not_here"),
            waiting=_of_bag(Count("id"), state="asked"),
            overdue=_of_bag(Count("id"), state="asked", due_on__lt=timezone.localdate()),
            due_on=_of_bag(Max("due_on"), state="asked"),
        )
        .order_by("state_since", "id")
    )
    return found


def _of_bag(aggregate: Count | Max, **which: Any) -> Subquery | Coalesce:
    return of_each(SearchTask.objects.filter(**which), "bag", aggregate)


def tasks_of(actor: Actor, movement_reference: str) -> list[SearchTask]:
    """Every question about the bags of a movement, the last holder first. Raises Refused, NotFound without any."""
    actor.require(VIEW_ALL_RECORDS)
    found = SearchTask.objects.visible_to(actor).filter(bag__movement__reference=movement_reference)  # type: ignore[attr-defined]
    rows = list(found.select_related("holder", "bag__movement").order_by("bag__number", "-last_had_at", "id"))
    if not rows:
        raise NotFound
    return rows


def task_for_staff(actor: Actor, reference: str) -> SearchTask:
    """One question to anybody. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS)
    rows = SearchTask.objects.visible_to(actor).select_related("holder", "bag__movement")  # type: ignore[attr-defined]
    found: SearchTask | None = rows.filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def overdue_answers(actor: Actor) -> QuerySet[SearchTask]:
    """Questions that nobody answered in time. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = SearchTask.objects.visible_to(actor).unanswered()  # type: ignore[attr-defined]
    return found.filter(due_on__lt=timezone.localdate())  # type: ignore[no-any-return]
