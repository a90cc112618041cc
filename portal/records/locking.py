"""Locking a movement with its bags and their parts: always in that order, so that nobody waits in a ring."""

from __future__ import annotations

from collections.abc import Iterable

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, NotFound
from portal.records.models import Bag, Movement, RecordPart


def lock_movement(actor: Actor, reference: str) -> tuple[Movement, list[Bag]]:
    """The movement and its bags, locked, with holders at hand. Raises NotFound outside the actor's scope (R1)."""
    found = Movement.objects.visible_to(actor).filter(reference=reference)  # type: ignore[attr-defined]
    # Alone, and read anew: a row that was turned while it was waited for does not fit what it was joined with before.
    locked_id = found.select_for_update(of=("self",)).values_list("id", flat=True).first()
    movement = found.select_related("origin", "destination", "record").filter(id=locked_id).first()
    if movement is None:
        raise NotFound
    bags = list(Bag.objects.select_for_update(of=("self",)).filter(movement=movement).order_by("number"))
    parts = RecordPart.objects.select_for_update(of=("self",)).filter(id__in=[bag.part_id for bag in bags])
    locked = {part.id: part for part in parts.select_related("holder").order_by("id")}
    for bag in bags:
        bag.movement, bag.part = movement, locked[bag.part_id]
    return movement, bags


def lock_movements(ids: Iterable[int]) -> None:
    """Locks several movements, in the order of their ids. The caller may see every row (``system_scope``)."""
    list(Movement.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id").values_list("id"))


def lock_records(patients: Iterable[int]) -> list[Movement]:
    """Locks all of these patients' records that a scan could move, and returns what is under way: bags and parts, too.

    The caller may see every row (``system_scope``). Raises Conflict when a movement began while the locks were waited
    for: to lock it now, after the parts, would be the wrong order.
    """
    under_way = Movement.objects.filter(record__patient__in=patients, ended_at=None)
    locked: set[int] = set()
    while fresh := set(under_way.values_list("id", flat=True)) - locked:
        lock_movements(fresh)
        locked |= fresh
    list(Bag.objects.select_for_update(of=("self",)).filter(movement__in=locked).order_by("id").values_list("id"))
    parts = RecordPart.objects.select_for_update(of=("self",)).filter(record__patient__in=patients)
    list(parts.order_by("id").values_list("id"))
    if set(under_way.values_list("id", flat=True)) - locked:
        raise Conflict("Something of these records moved at this moment. Try again.")
    return list(under_way.order_by("id"))


def bag_name(bag: tuple[str, int]) -> str:
    """What a bag is called in a log: the movement's reference and its number."""
    return f"{bag[0]} bag {bag[1]}"


def lock_bag(actor: Actor, reference: str, number: int) -> tuple[Movement, Bag | None]:
    """As ``lock_movement``: the movement and its bag with this number, None when it has none. Raises NotFound."""
    movement, bags = lock_movement(actor, reference)
    return movement, next((bag for bag in bags if bag.number == number), None)
