"""What a site says of each box, and what follows for the lines of the consignment (J6). Its lock is held."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from portal.foundation.errors import InvalidInput
from portal.supplies.models import Box, BoxAnswer, BoxLine, Consignment


@dataclass(frozen=True)
class BoxSaid:
    """A box, whether it came, and packs in good order by item code."""

    box: Box
    came: bool
    received: dict[str, int]
    lines: list[BoxLine]

    @property
    def whole(self) -> bool:
        """Whether it came with everything that was put into it."""
        return self.came and self.received == held_in(self.lines)


def held_in(lines: list[BoxLine]) -> dict[str, int]:
    """Packs by item code."""
    held: dict[str, int] = defaultdict(int)
    for each in lines:
        held[each.part.line.item_code] += each.quantity
    return dict(held)


def sort_boxes(consignment: Consignment, answers: dict[int, dict[str, int]], missing: frozenset[int]) -> list[BoxSaid]:
    """What was said of every box of the consignment; nothing when the site confirmed line by line.

    Raises InvalidInput when a box is left out, or holds fewer than came.
    """
    if not answers and not missing:
        return []
    boxes = list(Box.objects.filter(consignment=consignment).order_by("number"))
    lines: dict[int, list[BoxLine]] = defaultdict(list)
    for each in BoxLine.objects.select_related("part__line").filter(box__in=boxes).order_by("id"):
        lines[each.box_id].append(each)
    if not consignment.by_box or {*answers, *missing} != {box.number for box in boxes}:
        raise InvalidInput({None: "Say of each box whether it came."})
    said = []
    for box in boxes:
        came, held = box.number not in missing, held_in(lines[box.id])
        received = {code: answers[box.number].get(code, -1) for code in held} if came else dict.fromkeys(held, 0)
        for code, packs in received.items():
            if not 0 <= packs <= held[code]:
                raise InvalidInput(
                    {f"box_{box.number}_{code}": f"Box {box.number}: enter a number from 0 to {held[code]} for {code}."}
                )
        said.append(BoxSaid(box, came, received, lines[box.id]))
    return said


def packs_of(boxes: list[BoxSaid]) -> dict[str, int]:
    """Packs in good order by item code, over all boxes."""
    total: dict[str, int] = defaultdict(int)
    for said in boxes:
        for code, packs in said.received.items():
            total[code] += packs
    return dict(total)


def write_boxes(consignment: Consignment, boxes: list[BoxSaid], *, complete: bool) -> None:
    """Keeps what was said with each box. Confirmed line by line, a complete consignment has complete boxes."""
    if not boxes:
        answer = BoxAnswer.CAME if complete else BoxAnswer.UNKNOWN
        Box.objects.filter(consignment=consignment).update(answer=answer)
        return
    for said in boxes:
        left = dict(said.received)
        for each in said.lines:
            each.received = min(left[each.part.line.item_code], each.quantity)
            left[each.part.line.item_code] -= each.received
        BoxLine.objects.bulk_update(said.lines, ["received"])
        said.box.answer = BoxAnswer.CAME if said.whole else BoxAnswer.SHORT if said.came else BoxAnswer.MISSING
        said.box.save(update_fields=["answer"])


def boxes_in_words(boxes: list[BoxSaid], words: str) -> str:
    """The packs that are missing, and the boxes that did not come."""
    lost = [f"box {said.box.number} of {len(boxes)}" for said in boxes if not said.came]
    return f"{words} ({', '.join(lost)} did not come)" if lost else words
