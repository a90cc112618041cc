"""What is in the parcel, for the person who opens it, and the label for the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A6
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, PageBreak

from portal.foundation.web.filters import day
from portal.foundation.web.paper import (
    BIG,
    BOLD,
    HEADING,
    LINE,
    SMALL,
    SMALL_HEADING,
    bar_code,
    build,
    grid,
    key_and_value,
    side_by_side,
    space,
    text,
)
from portal.supplies.models import Box, BoxLine, Consignment, ConsignmentLine, OrderLine

_LABEL_MARGIN = 7 * mm
_LABEL_ROOM = A6[0] - 2 * _LABEL_MARGIN, A6[1] - 2 * _LABEL_MARGIN - 8 * mm  # above the foot
_TO = ParagraphStyle("to", parent=BIG, fontName="Helvetica-Bold", fontSize=15, leading=18)
_POSTCODE = ParagraphStyle("postcode", parent=BIG, fontName="Helvetica-Bold", fontSize=26, leading=32)


def delivery_note(
    consignment: Consignment,
    lines: list[ConsignmentLine],
    others: Sequence[OrderLine] = (),
    numbers: Sequence[tuple[str, str]] = (),
    boxes: Sequence[Box] = (),
) -> bytes:
    """The delivery note as PDF: address, what is in it, what still follows, how to report a problem.

    ``others`` are the order's lines of which nothing is in this parcel; ``numbers`` are numbered forms (item, range).
    Of several ``boxes`` the note says what lies in which.
    """
    order = consignment.order
    story: list[Flowable] = [
        text(f"Delivery note {consignment.reference}", HEADING),
        side_by_side([[text("Deliver to", SMALL_HEADING), *_address(consignment)], _facts(consignment)], [88, 87]),
        space(),
        grid([[text(words, BOLD) for words in ("Item", "Code", "Ordered", "In this parcel", "To follow")],
              *(_row(consignment, each) for each in lines)], [66, 40, 19, 27, 23]),
        space(),
    ]  # fmt: skip
    if len(boxes) > 1:
        story += [
            text("What lies in which box", SMALL_HEADING),
            grid([[text(words, BOLD) for words in ("Box", "In it", "Here? Yes or no")], *map(_box_row, boxes)],
                 [45, 100, 30]),
            space(),
        ]  # fmt: skip
    if others:
        story += [
            text("Not in this parcel", SMALL_HEADING),
            grid(
                [[text(words, BOLD) for words in ("Item", "Code", "Ordered", "Now")], *map(_other_row, others)],
                [66, 40, 19, 50],
            ),
            space(),
        ]
    if numbers:
        story += [
            text("Serial numbers", SMALL_HEADING),
            grid(
                [[text(words, BOLD) for words in ("Form", "From and to", "Here? Yes or no")]]
                + [[text(item), text(serials), text("")] for item, serials in numbers],
                [60, 85, 30],
            ),
            text("Two people check the numbers before anybody signs. Then confirm each range in the portal."),
            space(),
        ]
    story += [
        text("Check what is in the parcel, and confirm it on the order's page in the portal."),
        text("Report there at once if anything is missing, damaged or wrong."),
        text(f"Quote order {order.reference} if you contact us."),
    ]
    return build(f"Delivery note {consignment.reference}", story)


def package_labels(consignment: Consignment, boxes: Sequence[Box] = ()) -> bytes:
    """One A6 page a box: address and bar code, readable from a step away. Never what is in it.

    Without ``boxes`` there is one for each that the consignment has.
    """
    story: list[Flowable] = []
    for number in [box.number for box in boxes] or range(1, consignment.packages + 1):
        if story:
            story.append(PageBreak())
        story.append(
            KeepInFrame(A6[0] - 2 * _LABEL_MARGIN, A6[1] - 2 * _LABEL_MARGIN - 8 * mm, _label(consignment, number))
        )
    return build(f"Labels {consignment.reference}", story, size=A6, margin=_LABEL_MARGIN)


def _label(consignment: Consignment, number: int) -> list[Flowable]:
    """A long address is made smaller, so that it never spills over to a label of its own."""
    order = consignment.order
    return [
        text("Deliver to"),
        *(text(line, _TO) for line in (order.delivery_name, *order.delivery_lines)),
        text(order.delivery_postcode, _POSTCODE),
        space(3),
        *bar_code(f"{consignment.reference}-{number}", height=22, width=90),
        space(2),
        text(_which(consignment, number), _TO),
        text(f"Order {order.reference}. From {consignment.store.name}."),
    ]


def _which(consignment: Consignment, number: int) -> str:
    """While boxes are still packed nobody knows how many there will be."""
    return f"Box {number}" if consignment.state == "picking" else f"Box {number} of {consignment.packages}"


def _box_row(box: Box) -> list[Any]:
    inside = [
        text(f"{each.quantity} x {each.part.line.item_name}{_batch(each)}", LINE) for each in box.lines.all()
    ] or [text("Not recorded")]
    facts = [each for each in (box.weight_words, box.carrier_piece) if each]
    return [[text(f"Box {box.number}", BOLD), text(box.code, SMALL), *(text(each, SMALL) for each in facts)],
            inside, text("")]  # fmt: skip


def _batch(each: BoxLine) -> str:
    return f", batch {each.batch.code}" if each.batch and each.batch.code else ""


def _address(consignment: Consignment) -> list[Flowable]:
    order = consignment.order
    return [text(line, LINE) for line in (order.delivery_name, *order.delivery_lines, order.delivery_postcode)]


def _facts(consignment: Consignment) -> list[Flowable]:
    order = consignment.order
    return [
        *bar_code(consignment.reference),
        key_and_value("Order", order.reference),
        key_and_value("Placed", f"{day(order.placed_at)} by {order.placed_by_name}"),
        key_and_value("Boxes", str(consignment.packages)),
    ]


def _row(consignment: Consignment, each: ConsignmentLine) -> list[Flowable]:
    return [
        text(f"{each.line.item_name} ({each.line.unit} of {each.line.pack_size})"),
        text(each.line.item_code),
        text(str(each.line.quantity)),
        text(str(each.picked), BIG),
        text(str(_to_follow(consignment, each))),
    ]


def _other_row(line: OrderLine) -> list[Flowable]:
    return [text(line.item_name), text(line.item_code), text(str(line.quantity)), text(line.state_label)]


def _to_follow(consignment: Consignment, each: ConsignmentLine) -> int:
    """Packs still to come after this parcel; before hand-over its own packs still count as outstanding."""
    here = each.picked if consignment.dispatched_at is None else 0
    return max(each.line.outstanding - here, 0)
