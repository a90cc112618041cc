"""A consignment as the site sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.foundation.web.filters import moment
from portal.supplies.models import Box, Consignment
from portal.supplies.states import CONSIGNMENT

_CONFIRM_TEXTS = {
    "dispatched": "It has arrived: confirm it",
    "failed": "It has arrived: confirm it",
    "delivered": "Confirm what arrived",
    "discrepancy": "Confirm again what arrived",
}


@dataclass(frozen=True, kw_only=True)
class SentConsignment:
    """What was sent, with whom, and who took it in. ``facts`` are rows of a summary list."""

    reference: str
    state: str
    state_label: str
    colour: str
    carrier: str
    carrier_reference: str
    dispatched_at: datetime | None
    delivered_at: datetime | None
    received_by: str
    confirm_text: str
    facts: list[dict[str, Any]]

    @property
    def may_be_confirmed(self) -> bool:
        """Whether there is still something to confirm."""
        return bool(self.confirm_text)

    @classmethod
    def of(cls, consignment: Consignment) -> SentConsignment:
        """From the row, whose lines have been read already."""
        return cls(
            reference=consignment.reference,
            state=consignment.state,
            state_label=consignment.state_label,
            colour=CONSIGNMENT.states[consignment.state].colour,
            carrier=consignment.carrier,
            carrier_reference=consignment.carrier_reference,
            dispatched_at=consignment.dispatched_at,
            delivered_at=consignment.delivered_at,
            received_by=consignment.received_by,
            confirm_text=_CONFIRM_TEXTS.get(consignment.state, ""),
            facts=_facts(consignment),
        )


def _facts(consignment: Consignment) -> list[dict[str, Any]]:
    rows: list[tuple[str, Any]] = [
        ("In it", [_in_words(each) for each in consignment.lines.all() if each.picked]),
        ("Carrier", consignment.carrier),
        ("Carrier's reference", consignment.carrier_reference or "None given"),
        ("Boxes", _boxes(consignment)),
        ("Left the warehouse", moment(consignment.dispatched_at)),
        ("Delivered", moment(consignment.delivered_at) or "Not yet"),
    ]
    if consignment.delivered_at:
        rows.append(("Taken in by", consignment.received_by))
    if consignment.delivery_note:
        rows.append(("The carrier's note", consignment.delivery_note))
    if consignment.confirmed_at:
        rows.append(("Receipt confirmed", f"{moment(consignment.confirmed_at)} by {consignment.confirmed_by_name}"))
    return [{"key": key, "value": value} for key, value in rows]


def _boxes(consignment: Consignment) -> Any:
    """How many; of several, what lies in each and which have arrived."""
    if consignment.packages == 1:
        return "1"
    return [_box_in_words(box, consignment.packages) for box in consignment.boxes.all()] or str(consignment.packages)


def _box_in_words(box: Box, boxes: int) -> str:
    inside = ", ".join(f"{each.quantity} x {each.part.line.item_name}" for each in box.lines.all())
    words = f"Box {box.number} of {boxes}: {inside or 'contents not recorded'}."
    if box.answer:
        return f"{words} {box.answer_label}."
    if box.delivered_at and box.consignment.delivered_at is None:
        return f"{words} Taken in by {box.received_by}, {moment(box.delivered_at)}."
    return words


def _in_words(part: Any) -> str:
    words = f"{part.picked} x {part.line.item_name}"
    return f"{words} ({part.received} confirmed)" if part.received not in (None, part.picked) else words
