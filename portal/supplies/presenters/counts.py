"""What the pages say about counts. Strings only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.web.filters import day, moment, number
from portal.supplies.models import StockCount
from portal.supplies.states import STOCK_COUNT


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """One count. Numbers are packs, written out."""

    reference: str
    item: str
    item_code: str
    store: str
    store_code: str
    batch: str
    counted: str
    seen: str
    difference: str
    who: str
    when: str
    state: str
    colour: str
    decided: str
    reason: str


def count_row(count: StockCount) -> CountRow:
    """The count in words."""
    decided = f"{count.decided_by_name}, {moment(count.decided_at)}" if count.decided_at else ""
    batch = f"{count.batch_code}, last date {day(count.batch_expires_on)}" if count.batch_code else ""
    return CountRow(
        reference=count.reference,
        item=count.level.item.name,
        item_code=count.level.item.code,
        store=count.level.store.name,
        store_code=count.level.store.code,
        batch=batch,
        counted=number(count.counted),
        seen=number(count.seen),
        difference=f"{count.difference:+,}",
        who=count.counted_by_name,
        when=moment(count.counted_at),
        state=count.state_label,
        colour=STOCK_COUNT.states[count.state].colour,
        decided=decided,
        reason=count.reason,
    )
