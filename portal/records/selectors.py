"""Reads for the pages of records. Each query set is of a fixed number of queries, whatever the table holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.records.finding import records_of_person
from portal.records.models import Bag, CustodyEvent, Discrepancy, Label, Movement, PaperRecord, RecordPart, Scan
from portal.records.permissions import VIEW_ALL_RECORDS, VIEW_RECORDS
from portal.records.querysets import MovementQuerySet
from portal.records.reference import plain
from portal.records.registrations.models import RegisteredPatient
from portal.records.states import BEFORE_LEAVING, ON_THE_ROAD, SOUGHT

_MOST_SHOWN = 20
# The groups of states that a list can be narrowed to.
GROUPS = {
    "prepare": ("To prepare", ("requested", "in_progress")),
    "waiting": ("Waiting for the courier", ("ready",)),
    "moving": ("On the way", ON_THE_ROAD),
    "arrived": ("Delivered, not yet confirmed", ("delivered",)),
    "sought": ("Missing or lost", SOUGHT),
    "ended": ("Ended", ("in_storage", "in_store", "no_paper", "cancelled")),
}


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a list of movements is narrowed to; '' and False for no limit. ``group`` is a key of GROUPS."""

    group: str = ""
    flag: str = ""
    urgent: bool = False
    late: bool = False
    reference: str = ""


def movements(actor: Actor, side: str, narrowed: Narrowed) -> QuerySet[Movement]:
    """Records In (``side`` in) or Records Out (out) of the actor's site, the longest expected first (J9).

    Without a group: those that have not ended. What hangs on a movement is fetched for the rows that are shown: joined,
    the second wall would be asked about every record of the site before the first page. Raises Refused.
    """
    actor.require(VIEW_RECORDS)
    found = _of_side(actor, side)
    if narrowed.group == "ended":
        found = found.exclude(ended_at=None)
    elif narrowed.group:
        found = found.filter(state__in=GROUPS[narrowed.group][1], ended_at=None)
    elif not narrowed.reference:
        found = found.filter(ended_at=None)
    if narrowed.flag:
        found = found.filter(flags__contains=[narrowed.flag])
    if narrowed.urgent:
        found = found.filter(is_urgent=True)
    if narrowed.late:
        found = found.filter(ended_at=None, expected_by__lt=timezone.localdate())
    if narrowed.reference:
        found = found.filter(reference=narrowed.reference)
    order = ("-ended_at", "-id") if narrowed.group == "ended" else ("-is_urgent", "expected_by", "id")
    record = Prefetch("record", queryset=PaperRecord.objects.visible_to(actor).select_related("patient"))  # type: ignore[attr-defined]
    return found.prefetch_related("origin", "destination", record).order_by(*order)  # type: ignore[no-any-return]


def _of_side(actor: Actor, side: str) -> MovementQuerySet:
    return Movement.objects.coming_to(actor) if side == "in" else Movement.objects.leaving(actor)  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True)
class Standing:
    """How many movements of a side are in a group, and how many of them are late."""

    group: str
    label: str
    number: int
    late: int


def standing(actor: Actor, side: str) -> list[Standing]:
    """The movements of a side that have not ended, group by group. One query. Raises Refused."""
    actor.require(VIEW_RECORDS)
    today = timezone.localdate()
    found = _of_side(actor, side).filter(ended_at=None).order_by()
    counts = {
        row["state"]: (row["number"], row["late"])
        for row in found.values("state").annotate(number=Count("id"), late=Count("id", filter=Q(expected_by__lt=today)))
    }
    rows = []
    for group, (label, states) in GROUPS.items():
        if group != "ended":
            pairs = [counts.get(state, (0, 0)) for state in states]
            rows.append(Standing(group, label, sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)))
    return rows


def movement_with(actor: Actor, reference: str) -> Movement:
    """One movement with its bags, their labels and the chain of custody of this journey. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_RECORDS)
    bags = Bag.objects.visible_to(actor).select_related("part__holder").order_by("number")  # type: ignore[attr-defined]
    labels = Label.objects.visible_to(actor).filter(voided_at=None)  # type: ignore[attr-defined]
    custody = CustodyEvent.objects.visible_to(actor).select_related("from_holder", "to_holder", "part")  # type: ignore[attr-defined]
    found = Movement.objects.visible_to(actor).filter(reference=reference)  # type: ignore[attr-defined]
    movement = (
        found.select_related("origin__organisation", "destination__organisation", "record__patient", "follows")
        .prefetch_related(
            Prefetch("bags", queryset=bags),
            Prefetch("bags__labels", queryset=labels),
            Prefetch("custody", queryset=custody.order_by("happened_at", "id")),
        )
        .first()
    )
    if movement is None:
        raise NotFound
    return movement  # type: ignore[no-any-return]


def failed_deliveries(movement: Movement) -> list[Scan]:
    """When, where and why bags of a movement could not be delivered. For whoever was given the movement."""
    with system_scope():  # scans are the operator's; of these, both sides read the time, the place and the reason
        found = Scan.objects.filter(kind="failed", label__bag__movement=movement).select_related("place")
        return list(found.order_by("scanned_at", "id"))


def stand_ins(actor: Actor, movement: Movement) -> list[RecordPart]:
    """The parts that were put together anew for lost bags of this movement, which the actor may see. One query."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_RECORDS)
    with system_scope():  # the sender reads it, too, and has neither part
        found = RecordPart.objects.filter(stands_for__bags__movement=movement).select_related("stands_for")
        first = CustodyEvent.objects.filter(part=OuterRef("pk"), sequence=1)
        return list(
            found.annotate(
                bag_number=F("stands_for__bags__number"), made_on=Subquery(first.values("happened_at")[:1])
            ).order_by("number")
        )


def known_before(movement: Movement) -> list[RegisteredPatient]:
    """The patients who turned out to be the one of this movement: their numbers may stand on the envelope. One query.

    For whoever was given the movement.
    """
    with system_scope():  # the row of a joined patient is seen by nobody at a practice, the envelope by everybody there
        return list(RegisteredPatient.objects.filter(merged_into=movement.record.patient_id).order_by("id"))


def of_same_patient(actor: Actor, movement: Movement) -> list[Movement]:
    """What the actor may see of movements of the same patient under another number, the newest first. One query."""
    records = records_of_person(movement.record.patient).exclude(id=movement.record_id)
    found = Movement.objects.visible_to(actor).filter(record__in=records)  # type: ignore[attr-defined]
    return list(found.select_related("origin", "destination").order_by("-id")[:_MOST_SHOWN])


def open_discrepancies(actor: Actor) -> QuerySet[Discrepancy]:
    """What does not fit and nobody has settled, as the actor may see it, the oldest first. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_RECORDS)
    found = Discrepancy.objects.visible_to(actor).open()  # type: ignore[attr-defined]
    return found.select_related("bag__movement__origin", "bag__movement__destination", "scan__place", "shown_to")  # type: ignore[no-any-return]


def may_still_be_prepared(movement: Movement) -> bool:
    """Whether the sender can still change its bags."""
    return movement.state in BEFORE_LEAVING


def days_late(movement: Movement, today: date | None = None) -> int:
    """Days after the day by which it should have arrived; 0 for one that is not late or has ended."""
    today = today or timezone.localdate()
    if movement.ended_at is not None or movement.expected_by >= today:
        return 0
    return (today - movement.expected_by).days


def all_movements(actor: Actor, group: str) -> QuerySet[Movement]:
    """Every movement of a group of states, or ``late``: those that should have arrived. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Movement.objects.visible_to(actor).filter(ended_at=None)  # type: ignore[attr-defined]
    if group == "late":
        found = found.filter(expected_by__lt=timezone.localdate())
    elif group in GROUPS:
        found = found.filter(state__in=GROUPS[group][1])
    # Fetched, not joined: a join would be made for every open movement before the page is cut.
    return found.prefetch_related("origin", "destination").order_by("expected_by", "id")  # type: ignore[no-any-return]


def movement_of_code(actor: Actor, typed: str) -> Movement | None:
    """The movement with this number, or the one whose bag has this label; None for neither. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    code = plain(typed)
    labelled = Label.objects.visible_to(actor).filter(code=code).values("bag__movement_id")  # type: ignore[attr-defined]
    wanted = Q(reference=code) | Q(id__in=labelled)
    return Movement.objects.visible_to(actor).filter(wanted).first()  # type: ignore[attr-defined, no-any-return]


def one_discrepancy(actor: Actor, reference: str) -> Discrepancy:
    """One thing that does not fit and is not settled. Raises Refused, NotFound."""
    found = open_discrepancies(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound("Somebody has settled this, or it never was.")
    return found
