"""Paper for the store: labels of boxes, and the list of a walk. Codes only, no patient (J26)."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from portal.foundation.web.filters import moment
from portal.foundation.web.paper import (
    BIG,
    BOLD,
    HEADING,
    SMALL,
    TickBox,
    bar_code,
    build,
    grid,
    key_and_value,
    side_by_side,
    space,
    text,
)
from portal.records.models import Box, RetrievalWave, Shelf
from portal.records.store_selectors import ToFetch


def box_labels(shelf: Shelf, boxes: Sequence[Box]) -> bytes:
    """A bar code for each box of a shelf, two in a row, to cut out and stick on."""
    name = f"Boxes of {shelf.building.code}, shelf {shelf.code}"
    story: list[Flowable] = [text(name, HEADING), space(2)]
    for position in range(0, len(boxes), 2):
        pair = boxes[position : position + 2]
        cells: list[list[Flowable]] = [[text(each.code, BIG), *bar_code(each.code, height=16)] for each in pair]
        story += [side_by_side(cells, [90] * len(cells)), space(6)]
    return build(name, story)


def wave_list(wave: RetrievalWave, rows: Sequence[ToFetch]) -> bytes:
    """What to take out, in the order of the walk: where it lies, the code on the bag, the new label's code."""
    head = [text(words, BOLD) for words in ("Where", "On the bag", "New label", "To", "Taken")]
    lines = [
        [
            text(each.place, BOLD, longest=80),
            _bars(each.code_on_bag),
            _bars(each.label.code if each.label else ""),
            [text(each.bag.movement.destination.code, BIG), text(each.bag.movement.reference, SMALL)],
            TickBox(),
        ]
        for each in rows
    ]
    story: list[Flowable] = [
        text(f"Take out of the store: {wave.reference}", HEADING),
        *bar_code(wave.reference),
        key_and_value("Store", wave.store.name),
        key_and_value("Who", f"{wave.started_by_name}, {moment(wave.started_at)}"),
        key_and_value("To take", f"{len(rows)} bags"),
        space(),
        grid([head, *lines], [30, 55, 55, 26, 13]),
        space(),
        text("Scan the code on the bag and the new label before you stick it on. A bag that is not there: say so."),
    ]
    return build(f"Store walk {wave.reference}", story)


def _bars(code: str) -> list[Flowable]:
    return bar_code(code, height=10, width=52) if code else [text("-")]
