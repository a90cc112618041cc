"""What every document shares: a page, a font, bar codes, tables that go on over pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.graphics.barcode import code128
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

MARGIN = 15 * mm
LONGEST_TEXT = 250  # characters; a cell that is taller than the page could not be printed at all
_QUIET = 4  # millimetres of white that a scanner wants beside the bars
_WIDEST_BAR = 0.33  # millimetres; thinner where the text is long
_STYLES = getSampleStyleSheet()
HEADING = ParagraphStyle("heading", parent=_STYLES["Heading1"], fontSize=18, leading=22)
SMALL_HEADING = ParagraphStyle("small", parent=_STYLES["Heading2"], fontSize=12, leading=15)
BODY = ParagraphStyle("body", parent=_STYLES["BodyText"], fontSize=10, leading=13)
BOLD = ParagraphStyle("bold", parent=BODY, fontName="Helvetica-Bold")
SMALL = ParagraphStyle("fine", parent=BODY, fontSize=8, leading=10, spaceAfter=2)
LINE = ParagraphStyle("line", parent=BODY, spaceBefore=0, spaceAfter=0)
BIG = ParagraphStyle("big", parent=BODY, fontSize=14, leading=18)
_BAR_TEXT = ParagraphStyle("bar_text", parent=BODY, fontName="Courier", fontSize=9, leading=11, leftIndent=_QUIET * mm)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # control characters, marks that turn the direction, halves of letters
# Letters that Unicode does not take apart into a letter and its mark.
_PLAIN = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "ſ": "s", "\u2212": "-"})


def build(title: str, story: Sequence[Flowable], *, size: tuple[float, float] = A4, margin: float = MARGIN) -> bytes:
    """The document as PDF, each page with its title and "Page 2 of 3" at the foot."""
    file = BytesIO()
    paper = SimpleDocTemplate(
        file, pagesize=size, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin + 4 * mm,
        title=title, author="Primary care support portal",
    )  # fmt: skip

    def make_canvas(*arguments: Any, **options: Any) -> Canvas:
        return _NumberedCanvas(*arguments, foot=title, margin=margin, width=size[0], **options)

    paper.build(list(story), canvasmaker=make_canvas)
    return file.getvalue()


class _NumberedCanvas(Canvas):
    """Holds the pages back until it knows how many there are: a lost sheet of a pick list must be noticed."""

    def __init__(self, *arguments: Any, foot: str, margin: float, width: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._foot = foot, margin, width
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  reportlab's name
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        foot, margin, width = self._foot
        for number, page in enumerate(self._held, start=1):
            self.__dict__.update(page)
            self.setFont("Helvetica", 8)
            self.drawString(margin, margin - 2 * mm, foot)
            self.drawRightString(width - margin, margin - 2 * mm, f"Page {number} of {len(self._held)}")
            super().showPage()
        super().save()


def printable(words: str) -> str:
    """The words in the letters that the font has: others lose their accents, or become a question mark."""
    seen = "".join(letter if unicodedata.category(letter) not in _UNSEEN else " " for letter in words)
    short = " ".join(seen.split())[:LONGEST_TEXT]
    return "".join(letter if _is_printable(letter) else _nearest(letter) for letter in short)


def _is_printable(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _nearest(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter.translate(_PLAIN))
    return "".join(part for part in plain if _is_printable(part)) or "?"


def text(words: str, style: ParagraphStyle = BODY, *, longest: int = LONGEST_TEXT) -> Paragraph:
    """A paragraph of somebody's words: never read as mark-up, cut after ``longest`` characters."""
    return Paragraph(_escaped(words[:longest]), style)


def key_and_value(key: str, value: str, style: ParagraphStyle = BODY) -> Paragraph:
    """``Order: SO-...``, the key in bold."""
    return Paragraph(f"<b>{_escaped(key)}:</b> {_escaped(value)}", style)


def _escaped(words: str) -> str:
    return printable(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bar_code(value: str, *, height: float = 12, width: float = 85) -> list[Flowable]:
    """A Code 128 bar code and its text below, at most ``width`` millimetres wide; the bars are ``height`` high.

    The text is a paragraph of its own: reportlab's own text lies outside the height it reports, so in a table
    it would be printed over the bars of the next row, and a scanner would read a code that does not exist.
    """
    modules = 11 * (len(value) + 3) + 2  # start, check and stop beside the characters
    bar = min(_WIDEST_BAR, (width - 2 * _QUIET) / modules)
    bars = code128.Code128(
        value, barHeight=height * mm, barWidth=bar * mm, humanReadable=False, quiet=True,
        lquiet=_QUIET * mm, rquiet=_QUIET * mm,
    )  # fmt: skip
    return [bars, text(value, _BAR_TEXT)]


class TickBox(Flowable):
    """A box to tick with a pen."""

    def __init__(self, side: float = 6) -> None:
        super().__init__()
        self.width = self.height = side * mm

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(1)
        self.canv.rect(0, 0, self.width, self.height)


def grid(rows: list[list[Any]], widths: list[float]) -> Table:
    """A table with a repeated head. A row is never broken over two pages."""
    table = Table(rows, colWidths=[width * mm for width in widths], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 1), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 3),
            ]
        )
    )
    return table


def side_by_side(cells: list[list[Flowable]], widths: list[float]) -> Table:
    """Columns without lines, such as two bar codes or an address and the order's facts."""
    table = Table([cells], colWidths=[width * mm for width in widths], hAlign="LEFT")
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return table


def space(millimetres: float = 4) -> Spacer:
    """Room between two things."""
    return Spacer(1, millimetres * mm)
