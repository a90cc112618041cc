"""The manifest of a cage as PDF: where it goes, and the codes of the bags in it. No patient."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from portal.foundation.web.filters import moment
from portal.foundation.web.paper import BIG, BOLD, HEADING, bar_code, build, grid, key_and_value, space, text
from portal.records.hub.models import Cage, CageBag

_CODE = ParagraphStyle("code", parent=BIG, fontName="Helvetica-Bold", fontSize=40, leading=48)


def manifest(cage: Cage, bags: Sequence[CageBag]) -> bytes:
    """The paper that travels with the cage; its bar code is scanned when the courier takes it."""
    rows = [
        [text(str(number)), text(each.code, BOLD), text(each.bag.movement.reference), text(str(each.bag.number))]
        for number, each in enumerate(bags, start=1)
    ]
    story: list[Flowable] = [
        text(f"Manifest {cage.reference}", HEADING),
        text(cage.destination.code, _CODE),
        text(cage.destination.name, BIG),
        *bar_code(cage.reference, height=18),
        key_and_value("From", cage.hub.name),
        key_and_value("Bags", str(len(bags))),
        key_and_value("State", f"{cage.state_label}, {moment(cage.state_since)}"),
        space(),
        grid([[text(words, BOLD) for words in ("", "Label", "Movement", "Bag")], *rows], [15, 60, 60, 20]),
        space(),
        text("Taken over by the courier (name, date, signature):"),
    ]
    return build(f"Manifest {cage.reference}", story)
