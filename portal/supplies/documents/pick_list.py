"""What to take from which shelf, with a bar code for each item."""

from __future__ import annotations

from reportlab.platypus import Flowable

from portal.foundation.web.filters import day
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
from portal.supplies.models import Consignment, ConsignmentLine


def pick_list(consignment: Consignment, lines: list[ConsignmentLine]) -> bytes:
    """The pick list as PDF, in the order of a walk along the shelves."""
    order = consignment.order
    head = [text(words, BOLD) for words in ("Shelf", "Item", "Packs", "Scan", "Taken")]
    rows = [
        [
            text(each.level.location or "-", BIG, longest=40),
            [
                text(each.line.item_name, BOLD),
                text(f"{each.line.unit} of {each.line.pack_size}", SMALL),
                *(text(words, SMALL) for words in each.batch_words),
            ],
            text(str(each.quantity), BIG),
            bar_code(each.line.item_code, height=10, width=72),
            TickBox(),
        ]
        for each in lines
    ]
    packs = sum(each.quantity for each in lines)
    story: list[Flowable] = [
        text(f"Pick list {consignment.reference}", HEADING),
        side_by_side(
            [[text("Consignment", SMALL), *bar_code(consignment.reference)],
             [text("Order", SMALL), *bar_code(order.reference)]],
            [88, 87],
        ),
        space(2),
        key_and_value("For", f"{order.delivery_name}, {order.delivery_postcode}"),
        key_and_value("Promised by", day(order.promised_on) or "no date yet"),
        key_and_value("Store", consignment.store.name),
        key_and_value("To take", f"{packs} packs of {len(lines)} items"),
        space(),
        grid([head, *rows], [22, 50, 16, 72, 15]),
        space(),
        text("Scan the consignment's bar code on the warehouse page to open it, then scan each pack."),
    ]  # fmt: skip
    return build(f"Pick list {consignment.reference}", story)
