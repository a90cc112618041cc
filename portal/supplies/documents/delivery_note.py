"""What is in the parcel, for the person who opens it, and the label for the outside."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak

from portal.foundation.web.filters import day
from portal.supplies.documents.paper import BIG, HEADING, SMALL_HEADING, bar_code, build, grid, space, text
from portal.supplies.models import Consignment, ConsignmentLine


def delivery_note(consignment: Consignment, lines: list[ConsignmentLine]) -> bytes:
    """The delivery note as PDF: address, what is in it, what still follows, how to report a problem."""
    order = consignment.order
    head = [[text("Item"), text("Code"), text("Ordered"), text("In this parcel"), text("To follow")]]
    rows = [
        [
            text(f"{each.line.item_name} ({each.line.unit} of {each.line.pack_size})"),
            text(each.line.item_code),
            text(str(each.line.quantity)),
            text(str(each.picked), BIG),
            text(str(_to_follow(consignment, each))),
        ]
        for each in lines
    ]
    story: list[Flowable] = [
        text(f"Delivery note {consignment.reference}", HEADING),
        bar_code(consignment.reference),
        space(),
        text("Deliver to", SMALL_HEADING),
        *(text(line) for line in (order.delivery_name, *order.delivery_lines, order.delivery_postcode)),
        space(),
        text(f"Order {order.reference}, placed {day(order.placed_at)} by {order.placed_by_name}"),
        text(f"Packages: {consignment.packages}"),
        space(),
        grid(head + rows, [70, 35, 22, 30, 23]),
        space(),
        text("Check what is in the parcel, and confirm it on the order's page in the portal."),
        text("Report there at once if anything is missing, damaged or wrong."),
    ]
    return build(f"Delivery note {consignment.reference}", story)


def package_labels(consignment: Consignment) -> bytes:
    """One page a package: address and bar code, readable from a step away."""
    order = consignment.order
    story: list[Flowable] = []
    for number in range(1, consignment.packages + 1):
        if number > 1:
            story.append(PageBreak())
        story += [
            *(text(line, HEADING) for line in (order.delivery_name, *order.delivery_lines, order.delivery_postcode)),
            space(10),
            bar_code(f"{consignment.reference}-{number}", height=25, width=150),
            space(),
            text(f"Package {number} of {consignment.packages}. Order {order.reference}.", BIG),
        ]
    return build(f"Labels {consignment.reference}", story)


def _to_follow(consignment: Consignment, each: ConsignmentLine) -> int:
    """Packs still to come after this parcel; before hand-over its own packs still count as outstanding."""
    here = each.picked if consignment.dispatched_at is None else 0
    return max(each.line.outstanding - here, 0)
