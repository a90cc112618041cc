"""What to take from which shelf, with a bar code for each item."""

from __future__ import annotations

from reportlab.platypus import Flowable

from portal.supplies.documents.paper import BIG, HEADING, bar_code, build, grid, space, text
from portal.supplies.models import Consignment, ConsignmentLine


def pick_list(consignment: Consignment, lines: list[ConsignmentLine]) -> bytes:
    """The pick list as PDF, in the order of a walk along the shelves."""
    head = [[text("Shelf"), text("Item"), text("Packs"), text("Scan"), text("Picked")]]
    rows = [
        [
            text(each.level.location or "-"),
            text(f"{each.line.item_name} ({each.line.unit} of {each.line.pack_size})"),
            text(str(each.quantity), BIG),
            bar_code(each.line.item_code, height=10, width=72),
            "",
        ]
        for each in lines
    ]
    story: list[Flowable] = [
        text(f"Pick list {consignment.reference}", HEADING),
        bar_code(consignment.reference),
        space(),
        text(f"Order {consignment.order.reference} for {consignment.order.delivery_name}"),
        text(f"Store: {consignment.store.name}"),
        space(),
        grid(head + rows, [18, 55, 15, 75, 17]),
    ]
    return build(f"Pick list {consignment.reference}", story)
