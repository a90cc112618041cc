"""A consignment as the site sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.supplies.models import Consignment


@dataclass(frozen=True, kw_only=True)
class SentConsignment:
    """What was sent, with whom, and who took it in. ``in_words`` has one line of text for each item."""

    reference: str
    state: str
    state_label: str
    carrier: str
    carrier_reference: str
    packages: int
    dispatched_at: datetime | None
    delivered_at: datetime | None
    received_by: str
    in_words: list[str]

    @classmethod
    def of(cls, consignment: Consignment) -> SentConsignment:
        """From the row, whose lines have been read already."""
        return cls(
            reference=consignment.reference,
            state=consignment.state,
            state_label=consignment.state_label,
            carrier=consignment.carrier,
            carrier_reference=consignment.carrier_reference,
            packages=consignment.packages,
            dispatched_at=consignment.dispatched_at,
            delivered_at=consignment.delivered_at,
            received_by=consignment.received_by,
            in_words=[f"{each.picked} x {each.line.item_name}" for each in consignment.lines.all() if each.picked],
        )
