"""The labels of bags as PDF: one A6 page each, two bar codes, and nothing of the patient but initials (J9, H1)."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.lib.pagesizes import A6
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, PageBreak

from portal.foundation.web.paper import BIG, bar_code, build, side_by_side, space, text
from portal.records.models import Bag, Label, Movement

_MARGIN = 7 * mm
_ROOM = A6[0] - 2 * _MARGIN, A6[1] - 2 * _MARGIN - 8 * mm  # above the foot
_TO = ParagraphStyle("to", parent=BIG, fontName="Helvetica-Bold", fontSize=15, leading=18)
_CODE = ParagraphStyle("code", parent=BIG, fontName="Helvetica-Bold", fontSize=26, leading=32)


def bag_labels(labels: Sequence[Label]) -> bytes:
    """The labels, in the order given; each with its ``bag``, ``bag.movement`` and the places loaded."""
    story: list[Flowable] = []
    for position, label in enumerate(labels):
        if position:
            story.append(PageBreak())
        story.append(KeepInFrame(*_ROOM, _label(label)))
    return build("Labels for records", story, size=A6, margin=_MARGIN)


def _label(label: Label) -> list[Flowable]:
    """Sorted by the code of the destination, never by its postcode: the code stands largest (J26)."""
    movement = label.bag.movement
    to = movement.destination
    lines = to.organisation.address if to.organisation is not None else []
    square = createBarcodeDrawing("ECC200DataMatrix", value=label.code, width=20 * mm, height=20 * mm)
    return [
        text("Patient's paper record. To", BIG),
        text(to.code, _CODE),
        text(to.name, _TO),
        *(text(line) for line in lines),
        space(2),
        side_by_side([bar_code(label.code, height=18, width=62), [square]], [66, 24]),
        space(2),
        text(f"Bag {label.bag.number} of {_bags(movement)}. Movement {movement.reference}.", _TO),
        text(f"From {movement.origin.name} ({movement.origin.code})."),
        *([text("URGENT", _CODE)] if movement.is_urgent else []),
        text("Put in only the record that this label was printed for. Compare the numbers first."),
    ]


def _bags(movement: Movement) -> int:
    counted: int = getattr(movement, "bag_count", 0) or Bag.objects.filter(movement=movement).count()
    return counted
