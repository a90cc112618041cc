"""What goes into which box: packs of lines, batch by batch. The caller holds the consignment's lock (J25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Sum
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.models import BatchPick, Box, BoxLine, Consignment, ConsignmentLine


def new_box(consignment: Consignment, number: int) -> Box:
    """An open box; its code is the consignment's with the number behind it."""
    return Box.objects.create(consignment=consignment, number=number, code=f"{consignment.reference}-{number}")


def shut(actor: Actor, box: Box) -> None:
    """Nothing more goes in."""
    box.closed_at, box.closed_by_name = timezone.now(), actor.name
    box.save(update_fields=["weight", "carrier_piece", "closed_at", "closed_by_name"])


def loose_packs(consignment: Consignment) -> list[tuple[ConsignmentLine, int]]:
    """Each line of which something was picked, and how many of its packs lie in no box."""
    parts = list(
        ConsignmentLine.objects.select_related("line")
        .filter(consignment=consignment, picked__gt=0)
        .order_by("line__position")
    )
    boxed = dict(BoxLine.objects.filter(part__in=parts).order_by().values_list("part_id").annotate(Sum("quantity")))
    return [(part, part.picked - boxed.get(part.id, 0)) for part in parts]


def put_the_rest(box: Box, part: ConsignmentLine) -> None:
    """What was picked of the line and lies in no box goes into this one, batch by batch, first expired first."""
    loose = part.picked - _boxed([part])
    for batch_id, room in _room(part):
        packs = loose if batch_id is None else min(room, loose)
        if packs > 0:
            _add(box, part, batch_id, packs)
            loose -= packs


def boxed_by_batch(parts: Iterable[ConsignmentLine]) -> dict[tuple[int, int], int]:
    """(consignment line, batch) -> packs that lie in boxes."""
    lines = BoxLine.objects.filter(part__in=list(parts), batch__isnull=False).order_by()
    found = lines.values_list("part_id", "batch_id").annotate(packs=Sum("quantity"))
    return {(part_id, batch_id or 0): packs for part_id, batch_id, packs in found}


def settle_boxes(actor: Actor, consignment: Consignment) -> int:
    """Closes every box and returns how many there are: one with everything in it when nobody made any.

    Raises InvalidInput for packs that lie beside the boxes and for an empty box, Conflict for packs in a box whose
    batch may not be sent any more.
    """
    boxes = list(Box.objects.filter(consignment=consignment).order_by("number"))
    boxes = boxes or [new_box(consignment, 1)]
    if len(boxes) == 1 and boxes[0].closed_at is None:
        for part, packs in loose_packs(consignment):
            if packs:
                put_the_rest(boxes[0], part)
    for part, packs in loose_packs(consignment):
        if packs:
            raise InvalidInput({None: f"{packs} of {part.line.item_name} lie in no box. Put them into one first."})
    _check_batches(consignment)
    filled = set(BoxLine.objects.filter(box__in=boxes).values_list("box_id", flat=True))
    for box in boxes:
        if box.id not in filled:
            raise InvalidInput({None: f"Box {box.number} is empty. Put something in, or remove it."})
        if box.closed_at is None:
            shut(actor, box)
    return len(boxes)


def reopen_boxes(consignment: Consignment) -> None:
    """One box is filled anew when it is packed again; several stay as they are, open."""
    boxes = Box.objects.filter(consignment=consignment)
    if boxes.count() == 1:
        boxes.delete()
    boxes.update(closed_at=None, closed_by_name="", loaded_at=None, loaded_by_name="")


def _check_batches(consignment: Consignment) -> None:
    held: dict[tuple[int, int], int] = defaultdict(int)
    for pick in BatchPick.objects.filter(consignment_line__consignment=consignment):
        held[pick.consignment_line_id, pick.batch_id] += pick.quantity
    for line in BoxLine.objects.select_related("box", "batch", "part__line").filter(box__consignment=consignment):
        if line.batch is not None and line.quantity > held[line.part_id, line.batch.id]:
            raise Conflict(
                f"Box {line.box.number} holds {line.part.line.item_name} of batch {line.batch.code or 'not recorded'}"
                " that may not be sent any more. Take it out, and scan others."
            )


def put_in(box: Box, part: ConsignmentLine, packs: int, batch: str) -> None:
    """Puts packs in. Raises InvalidInput for more than lie beside the boxes, and for a batch that is not named."""
    loose = part.picked - _boxed([part])
    if packs > loose:
        raise InvalidInput({"scan": f"Too many: {loose} of {part.line.item_name} were picked and lie in no box."})
    for batch_id, room in _chosen(part, batch):
        if batch_id is not None and packs > room:
            raise InvalidInput({"batch": f"Only {room} of this batch lie in no box."})
        _add(box, part, batch_id, packs)


def _chosen(part: ConsignmentLine, code: str) -> list[tuple[int | None, int]]:
    """The batch that is meant, with its room: the only one there is, or the one whose code was typed."""
    room = _room(part)
    if len(room) == 1:
        return room
    codes = dict(BatchPick.objects.filter(consignment_line=part).values_list("batch_id", "batch__code"))
    named = [each for each in room if code and (codes.get(each[0] or 0) or "not recorded").upper() == code.upper()]
    if not named:
        names = ", ".join(name or "not recorded" for name in codes.values())
        raise InvalidInput({"batch": f"Enter the batch: several were picked of {part.line.item_name} ({names})."})
    return named[:1]


def _room(part: ConsignmentLine) -> list[tuple[int | None, int]]:
    """(batch, packs of it that lie in no box) for each batch that is held for the line; (None, ...) without batches."""
    picks = list(BatchPick.objects.filter(consignment_line=part).order_by("id"))
    if not picks:
        return [(None, part.picked)]
    lines = BoxLine.objects.filter(part=part).order_by()
    boxed = dict(lines.values_list("batch_id").annotate(packs=Sum("quantity")))
    return [(pick.batch_id, pick.quantity - boxed.get(pick.batch_id, 0)) for pick in picks]


def take_out(box: Box, part: ConsignmentLine, packs: int, batch: str) -> None:
    """Takes packs out, of the batch if one is named. Raises InvalidInput for more than are in it."""
    inside = list(BoxLine.objects.select_related("batch").filter(box=box, part=part).order_by("-id"))
    if batch:
        inside = [each for each in inside if each.batch and each.batch.code.upper() == batch.upper()]
    if packs > sum(each.quantity for each in inside):
        raise InvalidInput({"scan": f"Box {box.number} does not hold that many of {part.line.item_name}."})
    for each in inside:
        taken = min(packs, each.quantity)
        packs -= taken
        if taken == each.quantity:
            each.delete()
        elif taken:
            each.quantity -= taken
            each.save(update_fields=["quantity"])


def _add(box: Box, part: ConsignmentLine, batch_id: int | None, packs: int) -> None:
    line, made = BoxLine.objects.get_or_create(box=box, part=part, batch_id=batch_id, defaults={"quantity": packs})
    if not made:
        line.quantity += packs
        line.save(update_fields=["quantity"])


def _boxed(parts: Iterable[ConsignmentLine]) -> int:
    return BoxLine.objects.filter(part__in=list(parts)).aggregate(packs=Sum("quantity"))["packs"] or 0
