"""What every document shares: an A4 page, a font, bar codes, tables that go on over pages."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.graphics.barcode import code128
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

MARGIN = 15 * mm
_QUIET = 4  # millimetres of white that a scanner wants beside the bars
_STYLES = getSampleStyleSheet()
HEADING = ParagraphStyle("heading", parent=_STYLES["Heading1"], fontSize=18, leading=22)
SMALL_HEADING = ParagraphStyle("small", parent=_STYLES["Heading2"], fontSize=12, leading=15)
BODY = ParagraphStyle("body", parent=_STYLES["BodyText"], fontSize=10, leading=13)
BIG = ParagraphStyle("big", parent=BODY, fontSize=14, leading=18)


def build(title: str, story: Sequence[Flowable]) -> bytes:
    """The document as PDF, each page with its title and number at the foot."""
    file = BytesIO()
    paper = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN + 5 * mm,
        title=title, author="Primary care support portal",
    )  # fmt: skip

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(MARGIN, 10 * mm, title)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"Page {document.page}")
        canvas.restoreState()

    paper.build(list(story), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def text(words: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of somebody's words: never read as mark-up; characters the font lacks become a question mark."""
    safe = words.encode("cp1252", "replace").decode("cp1252")
    return Paragraph(safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), style)


def bar_code(value: str, *, height: float = 12, width: float = 90) -> Flowable:
    """A Code 128 bar code with its text below, at most ``width`` millimetres wide and ``height`` high.

    Bars are at most a third of a millimetre wide, and thinner where the text is long.
    """
    modules = 11 * (len(value) + 3) + 2  # start, check and stop beside the characters
    bar = min(0.33, (width - 2 * _QUIET) / modules)
    return code128.Code128(
        value, barHeight=height * mm, barWidth=bar * mm, humanReadable=True, quiet=True,
        lquiet=_QUIET * mm, rquiet=_QUIET * mm,
    )  # fmt: skip


def grid(rows: list[list[Any]], widths: list[float]) -> Table:
    """A table with a repeated head."""
    table = Table(rows, colWidths=[width * mm for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def space(millimetres: float = 4) -> Spacer:
    """Room between two things."""
    return Spacer(1, millimetres * mm)
