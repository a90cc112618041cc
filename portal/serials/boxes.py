"""In which box of a consignment numbered forms lie, where it has several (J7, J25)."""

from __future__ import annotations

from collections import defaultdict

from portal.foundation.errors import InvalidInput
from portal.serials.models import SerialRange
from portal.serials.numbers import size_of
from portal.supplies.models import Box, BoxLine, CatalogueItem, Consignment


def box_for_numbers(consignment: Consignment, item: CatalogueItem, number: int, box_number: int | None) -> Box | None:
    """The box that so many further forms of the item go into; None where there is only one box.

    Raises InvalidInput when none is named, or when it does not hold that many. The consignment is locked.
    """
    boxes = list(Box.objects.filter(consignment=consignment).order_by("number"))
    if len(boxes) < 2:
        return None
    box = next((each for each in boxes if each.number == box_number), None)
    if box is None:
        raise InvalidInput({"in_box": "Choose the box they lie in."})
    room = _forms_in(consignment)[box.id, item.id] - sum(
        size_of(row.serials) for row in SerialRange.objects.filter(box=box, item=item)
    )
    if number > room:
        raise InvalidInput({"last": f"Box {box.number} has room for {room:,} more forms of {item.name}."})
    return box


def numbers_without_box(consignment: Consignment, ranges: list[SerialRange]) -> str:
    """A sentence when the numbers of a consignment with several boxes do not fit what lies in each; '' when they do."""
    if consignment.packages < 2 or not ranges or not consignment.by_box:
        return ""
    held = _forms_in(consignment)
    named: dict[tuple[int, int], int] = defaultdict(int)
    for row in ranges:
        if row.box_id is None:
            return (
                f"It is not written down in which box numbers of {row.item.name} lie."
                " Take them out under Serial numbers, and add them again with their box."
            )
        named[row.box_id, row.item_id] += size_of(row.serials)
    for (box_id, item_id), number in named.items():
        if number > held[box_id, item_id]:
            box = Box.objects.get(id=box_id)
            return (
                f"More numbers are written down for box {box.number} than forms lie in it. Correct its serial numbers."
            )
    return ""


def _forms_in(consignment: Consignment) -> dict[tuple[int, int], int]:
    """(box, item) -> numbered forms in it."""
    forms: dict[tuple[int, int], int] = defaultdict(int)
    lines = BoxLine.objects.filter(box__consignment=consignment, part__level__item__serial_numbered=True)
    for each in lines.select_related("part__level__item"):
        item = each.part.level.item
        forms[each.box_id, item.id] += each.quantity * item.pack_size
    return forms
