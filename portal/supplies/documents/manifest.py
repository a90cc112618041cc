"""The paper of a walk along the shelves, and of what a carrier takes."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from reportlab.platypus import Flowable

from portal.foundation.web.filters import day as written
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
    space,
    text,
)
from portal.supplies.models import Consignment, ConsignmentLine, PickWave


def wave_list(wave: PickWave, lines: list[ConsignmentLine]) -> bytes:
    """What to take on one walk, as PDF: each item once, with how many packs go into which consignment."""
    head = [text(words, BOLD) for words in ("Shelf", "Item", "Packs", "Into", "Taken")]
    rows = []
    for (location, code), same in groupby(lines, key=lambda each: (each.level.location, each.line.item_code)):
        each_line = list(same)
        first = each_line[0].line
        rows.append(
            [
                text(location or "-", BIG, longest=40),
                [text(first.item_name, BOLD), text(f"{code}, {first.unit} of {first.pack_size}", SMALL)],
                text(str(sum(each.quantity for each in each_line)), BIG),
                [
                    text(" ".join([f"{each.quantity} into {each.consignment.reference}.", *each.batch_words]), SMALL)
                    for each in each_line
                ],
                TickBox(),
            ]
        )
    packs = sum(each.quantity for each in lines)
    story: list[Flowable] = [
        text(f"Pick wave {wave.reference}", HEADING),
        *bar_code(wave.reference),
        space(2),
        key_and_value("Store", wave.store.name),
        key_and_value("Carrier and round", f"{wave.carrier}, {wave.route}"),
        key_and_value("To take", f"{packs} packs for {len({each.consignment_id for each in lines})} consignments"),
        space(),
        grid([head, *rows], [22, 55, 16, 67, 15]),
        space(),
        text("Scan each pack on the page of its consignment, so that no parcel is wrong."),
    ]
    return build(f"Pick wave {wave.reference}", story)


def manifest(carrier: str, on: date, consignments: list[Consignment]) -> bytes:
    """What a carrier took on a day, as PDF, with a line for the driver to sign."""
    head = [text(words, BOLD) for words in ("Consignment", "To", "Carrier's number", "Packages")]
    rows = [
        [
            bar_code(each.reference, height=9, width=62),
            [text(each.order.delivery_name), text(each.order.delivery_postcode, SMALL)],
            text(each.carrier_reference or "-"),
            text(str(each.packages), BIG),
        ]
        for each in consignments
    ]
    packages = sum(each.packages for each in consignments)
    story: list[Flowable] = [
        text(f"Manifest, {carrier}", HEADING),
        key_and_value("Day", written(on)),
        key_and_value("From", ", ".join(sorted({each.store.name for each in consignments}))),
        key_and_value("In all", f"{len(consignments)} consignments, {packages} packages"),
        space(),
        grid([head, *rows], [66, 58, 32, 20]),
        space(8),
        text("Taken over by (name, signature, time): ______________________________________________", BOLD),
    ]
    return build(f"Manifest {carrier} {on.isoformat()}", story)
