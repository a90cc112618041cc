"""What the pages say about batches. Strings only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from portal.foundation.web.filters import day, number
from portal.supplies.batch_selectors import SOON
from portal.supplies.models import BatchPick, StockBatch
from portal.supplies.services.keep_batches import BatchName


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """One batch on one shelf. Numbers are packs, written out."""

    code: str
    address: str
    item: str
    item_code: str
    store: str
    store_code: str
    expires: str
    state: str
    colour: str
    on_hand: str
    held: str


@dataclass(frozen=True, kw_only=True)
class SentRow:
    """Packs of a batch in a consignment."""

    consignment: str
    organisation: str
    organisation_code: str
    state: str
    sent: str
    packs: str


def batch_row(batch: StockBatch) -> BatchRow:
    """The batch in words."""
    state, colour = _state_of(batch)
    item = batch.level.item
    return BatchRow(
        code=batch.code or "Not recorded",
        address=f"{reverse('staff_supplies:batch')}?{urlencode({'item': item.code, 'batch': batch.code})}",
        item=item.name,
        item_code=item.code,
        store=batch.level.store.name,
        store_code=batch.level.store.code,
        expires=day(batch.expires_on) or "Not recorded",
        state=state,
        colour=colour,
        on_hand=number(batch.on_hand),
        held=number(batch.held),
    )


def sent_row(pick: BatchPick) -> SentRow:
    """Where packs of a batch are or went."""
    consignment = pick.consignment_line.consignment
    return SentRow(
        consignment=consignment.reference,
        organisation=consignment.organisation.name,
        organisation_code=consignment.organisation.code,
        state=consignment.state_label,
        sent=day(consignment.dispatched_at) or "Not yet",
        packs=number(pick.quantity),
    )


def batch_choices(batches: list[StockBatch]) -> list[tuple[str, str]]:
    """Batches to choose from in a form. ``batch_named`` reads the choice."""
    return [
        (
            f"{batch.expires_on or ''}|{batch.code}",
            f"{batch.code}, last date {day(batch.expires_on)}" if batch.code else "A batch that is not recorded",
        )
        for batch in batches
    ]


def batch_named(choice: str) -> BatchName:
    """The batch that a choice of ``batch_choices`` means."""
    expires_on, _, code = choice.partition("|")
    return BatchName(code=code, expires_on=date.fromisoformat(expires_on) if expires_on else None)


def _state_of(batch: StockBatch) -> tuple[str, str]:
    if not batch.on_hand:
        return "Empty", "grey"
    if batch.expires_on is None:
        return "Not recorded", "yellow"
    today = timezone.localdate()
    if not batch.usable_on(today):
        return "Out of date", "red"
    return ("Soon out of date", "orange") if batch.expires_on <= today + SOON else ("In date", "green")
