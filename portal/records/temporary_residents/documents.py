"""Labels for bags of forms as PDF: one A6 page each, with its bar code, and nothing of any patient (H1)."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, PageBreak

from portal.foundation.web.paper import BIG, HEADING, bar_code, build, side_by_side, space, text
from portal.organisations.api import Organisation
from portal.records.temporary_residents.models import PaperBag

_MARGIN = 7 * mm
_ROOM = A6[0] - 2 * _MARGIN, A6[1] - 2 * _MARGIN - 8 * mm  # above the foot


def bag_of_forms_labels(bags: Sequence[PaperBag], sender: Organisation, hub: str) -> bytes:
    """The labels in the order given."""
    story: list[Flowable] = []
    for position, bag in enumerate(bags):
        if position:
            story.append(PageBreak())
        story.append(KeepInFrame(*_ROOM, _label(bag, sender, hub)))
    return build("Labels for temporary residents' forms", story, size=A6, margin=_MARGIN)


def _label(bag: PaperBag, sender: Organisation, hub: str) -> list[Flowable]:
    square = createBarcodeDrawing("ECC200DataMatrix", value=bag.reference, width=20 * mm, height=20 * mm)
    return [
        text("Temporary residents' forms. To", BIG),
        text(hub, HEADING),
        space(2),
        side_by_side([bar_code(bag.reference, height=18, width=62), [square]], [66, 24]),
        space(2),
        text(f"From {sender.name} ({sender.code})."),
        text("Put in forms only, never a patient's record. Many forms may be in one bag."),
    ]
