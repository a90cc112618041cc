"""Reads for the pages of the store: a fixed number of queries, whatever it holds (J26)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.records.models import Bag, Box, Building, Label, RecordPart, Retrieval, RetrievalWave, Shelf
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.states import BEFORE_LEAVING

_WALK = ("part__box__shelf__building__code", "part__box__shelf__code", "part__box__code")


@dataclass(frozen=True, kw_only=True)
class Fill:
    """A building, shelf or box, and how full it is: ``bags`` of ``capacity``, in ``boxes``."""

    of: Any
    bags: int
    capacity: int
    boxes: int

    @property
    def percent(self) -> int:
        """How much of the room is used, rounded down: only a full one says 100."""
        return self.bags * 100 // self.capacity if self.capacity else 0

    @property
    def free(self) -> int:
        """How many bags still fit."""
        return self.capacity - self.bags


def buildings(actor: Actor) -> list[Fill]:
    """Every building and how full it is. Three queries. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    rows = list(Building.objects.visible_to(actor).select_related("store").order_by("code"))  # type: ignore[attr-defined]
    return _filled(rows, "shelf__building")


def not_shelved(actor: Actor) -> int:
    """How many bags a store has that lie in no box. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    held = RecordPart.objects.visible_to(actor).filter(holder__kind="store", box=None)  # type: ignore[attr-defined]
    return held.exclude(state="destroyed").count()  # type: ignore[no-any-return]


def building_with(actor: Actor, code: str) -> Building:
    """One building. Raises NotFound, Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Building.objects.visible_to(actor).select_related("store").filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def shelves_of(actor: Actor, building: Building) -> QuerySet[Shelf]:
    """Its shelves, in the order of the walk. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    return Shelf.objects.visible_to(actor).filter(building=building).order_by("code")  # type: ignore[attr-defined, no-any-return]


def shelf_with(actor: Actor, building: str, code: str) -> Shelf:
    """One shelf. Raises NotFound, Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Shelf.objects.visible_to(actor).select_related("building")  # type: ignore[attr-defined]
    shelf = found.filter(building__code=building, code=code).first()
    if shelf is None:
        raise NotFound
    return shelf  # type: ignore[no-any-return]


def boxes_of(actor: Actor, shelf: Shelf) -> QuerySet[Box]:
    """The boxes on a shelf, by code. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    return Box.objects.visible_to(actor).filter(shelf=shelf).order_by("code")  # type: ignore[attr-defined, no-any-return]


def box_with(actor: Actor, code: str) -> Box:
    """One box. Raises NotFound, Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Box.objects.visible_to(actor).select_related("shelf__building").filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound("No box has this code. Check it, or add the box first.")
    return found  # type: ignore[no-any-return]


def is_box(actor: Actor, code: str) -> bool:
    """Whether a box has this code. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    return Box.objects.visible_to(actor).filter(code=code).exists()  # type: ignore[attr-defined, no-any-return]


def in_box(actor: Actor, box: Box) -> QuerySet[RecordPart]:
    """What lies in a box, with the newest label of each. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    bags = Bag.objects.order_by("-id").prefetch_related(Prefetch("labels", Label.objects.filter(voided_at=None)))
    found = RecordPart.objects.visible_to(actor).filter(box=box)  # type: ignore[attr-defined]
    return found.select_related("record").prefetch_related(Prefetch("bags", bags)).order_by("record_id", "number")  # type: ignore[no-any-return]


def filled_shelves(rows: Iterable[Shelf]) -> list[Fill]:
    """How full these shelves are. Two queries."""
    return _filled(rows, "shelf")


def filled_boxes(rows: Iterable[Box]) -> list[Fill]:
    """How full these boxes are. One query."""
    rows = list(rows)
    parts = RecordPart.objects.filter(box__in=rows).values_list("box_id").annotate(number=Count("id")).order_by()
    bags = dict(parts)
    return [Fill(of=each, bags=bags.get(each.pk, 0), capacity=each.capacity, boxes=1) for each in rows]


def _filled(rows: Iterable[Any], path: str) -> list[Fill]:
    rows = list(rows)
    boxes = Box.objects.filter(**{f"{path}__in": rows}).values_list(path).order_by()
    room = {pk: (number, capacity) for pk, number, capacity in boxes.annotate(n=Count("id"), c=Sum("capacity"))}
    parts = RecordPart.objects.filter(**{f"box__{path}__in": rows}).values_list(f"box__{path}").order_by()
    bags = dict(parts.annotate(n=Count("id")))
    return [
        Fill(of=each, bags=bags.get(each.pk, 0), boxes=number, capacity=capacity)
        for each in rows
        for number, capacity in [room.get(each.pk, (0, 0))]
    ]


def wanted_bags(actor: Actor) -> QuerySet[Bag]:
    """What is to be taken out of a store and nobody has claimed, in the order of the walk. Raises Refused.

    What is in no box comes last: somebody has to look for it among what has just arrived.
    """
    actor.require(VIEW_ALL_RECORDS)
    claimed = Retrieval.objects.filter(bag=OuterRef("pk"), outcome="")
    # What is ready and in no box has been taken out, and waits for the courier.
    found = Bag.objects.visible_to(actor).filter(  # type: ignore[attr-defined]
        ~Exists(claimed),
        ~Q(state="ready") | Q(part__box__isnull=False),
        state__in=BEFORE_LEAVING,
        movement__ended_at=None,
        movement__origin__kind="store",
        part__holder=F("movement__origin"),
    )
    related = found.select_related(
        "movement__origin", "movement__destination", "part__box__shelf__building", "movement__record"
    )
    return related.order_by("movement__origin_id", *(F(each).asc(nulls_last=True) for each in _WALK), "id")  # type: ignore[no-any-return]


def waves_under_way(actor: Actor) -> QuerySet[RetrievalWave]:
    """The walks that have not ended, the newest first, with how many bags are left. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    left = Count("retrievals", filter=Q(retrievals__outcome=""))
    found = RetrievalWave.objects.visible_to(actor).filter(ended_at=None)  # type: ignore[attr-defined]
    return found.select_related("store").annotate(left=left).order_by("-id")  # type: ignore[no-any-return]


def wave_with(actor: Actor, reference: str) -> RetrievalWave:
    """One walk. Raises NotFound, Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = RetrievalWave.objects.visible_to(actor).select_related("store").filter(reference=reference).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class ToFetch:
    """One bag of a walk: the ``label`` that is to go onto it, and the code that is on it now.

    ``is_wanted`` is False when somebody has said what became of it, or when it is no longer to be taken out.
    """

    retrieval: Retrieval
    bag: Bag
    place: str
    label: Label | None
    code_on_bag: str
    is_wanted: bool


def retrievals_of(actor: Actor, wave: RetrievalWave) -> list[ToFetch]:
    """The bags of a walk in its order. Four queries. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = Retrieval.objects.visible_to(actor).filter(wave=wave).order_by("id")  # type: ignore[attr-defined]
    rows = list(
        found.select_related(
            "bag__movement__destination__organisation", "bag__movement__origin", "bag__movement__record", "bag__part"
        )
    )
    counting = Label.objects.filter(bag__in=[each.bag_id for each in rows], voided_at=None)
    labels = {each.bag_id: each for each in counting}
    older = Label.objects.filter(bag__part__in=[each.bag.part_id for each in rows]).exclude(
        pk__in=counting.values("pk")
    )
    on_bags = dict(older.order_by("id").values_list("bag__part_id", "code"))
    movements = {each.bag.movement_id for each in rows}
    counted = Bag.objects.filter(movement__in=movements).values_list("movement_id").annotate(n=Count("id")).order_by()
    bags = dict(counted)
    for each in rows:
        each.bag.movement.bag_count = bags[each.bag.movement_id]  # a label says how many bags there are
    return [
        ToFetch(
            retrieval=each,
            bag=each.bag,
            place=each.place,
            label=labels.get(each.bag_id),
            code_on_bag=on_bags.get(each.bag.part_id) or f"{each.bag.movement.record.reference}/{each.bag.part.number}",
            is_wanted=not each.outcome and each.bag.state in BEFORE_LEAVING,
        )
        for each in rows
    ]
