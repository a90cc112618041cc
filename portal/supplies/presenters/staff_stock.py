"""What the stock pages say. Strings only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.foundation.web.filters import count, day, moment, number
from portal.supplies.models import OrderLine, StockLevel, StockMovement, StockMovementKind
from portal.supplies.presenters.staff_catalogue import pack_of
from portal.supplies.services.take_back import Loss


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """One row of the stock list, or the figures of a level's page. Numbers are packs, written out."""

    store_code: str
    store: str
    item_code: str
    item: str
    pack: str
    on_hand: str
    reserved: str
    free: str
    on_hand_packs: str
    reserved_packs: str
    free_packs: str
    waiting: str
    expected: str
    state: str
    colour: str
    location: str


@dataclass(frozen=True, kw_only=True)
class MovementRow:
    """One line of the ledger."""

    when: str
    what: str
    quantity: str
    balance: str
    detail: str
    who: str


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """An order line that waits for stock."""

    order: str
    organisation: str
    since: str
    lacks: str
    promised: str


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """An order that will lose packs if a count is confirmed."""

    order: str
    organisation: str
    packs: str
    then: str


LEVEL_HEADS = (
    "Store", "Code", "Item", "Shelf", "On hand", "Put aside", "Free", "Orders wait for", "Next delivery"
)  # fmt: skip


def level_cells(level: Any) -> list[Any]:
    """The level as the cells of a file, in the order of ``LEVEL_HEADS``; numbers are numbers there."""
    return [
        level.store.code,
        level.item.code,
        level.item.name,
        level.location,
        level.on_hand,
        level.reserved,
        level.available,
        level.waiting,
        level.expected_on or "",
    ]


def level_row(level: StockLevel, *, waiting: int = 0, kept: bool = True) -> LevelRow:
    """The level in words. ``waiting`` packs are what orders still lack; ``kept`` is false where none ever lay."""
    state, colour = state_of(level) if kept else ("Not kept here", "grey")
    return LevelRow(
        on_hand_packs=count(level.on_hand, "pack"),
        reserved_packs=count(level.reserved, "pack"),
        free_packs=count(level.available, "pack"),
        store_code=level.store.code,
        store=level.store.name,
        item_code=level.item.code,
        item=level.item.name,
        pack=pack_of(level.item),
        on_hand=number(level.on_hand),
        reserved=number(level.reserved),
        free=number(level.available),
        waiting=number(waiting) if waiting else "",
        expected=day(level.expected_on),
        state=state,
        colour=colour,
        location=level.location,
    )


def state_of(level: StockLevel) -> tuple[str, str]:
    """None free, low or in stock, and the colour of its tag."""
    if level.available <= 0:
        return "None free", "red"
    if level.available < level.item.maximum_quantity:
        return "Low", "orange"
    return "In stock", "green"


def movement_row(movement: StockMovement) -> MovementRow:
    """A line of the ledger in words."""
    return MovementRow(
        when=moment(movement.occurred_at),
        what=StockMovementKind(movement.kind).label,
        quantity=f"{movement.quantity:+,}" if movement.quantity else "0",
        balance=number(movement.balance),
        detail=" ".join(part for part in (movement.reference, movement.reason, _purchase(movement)) if part),
        who=movement.actor_name,
    )


def _purchase(movement: StockMovement) -> str:
    return f"Purchase {movement.purchase}" if movement.purchase else ""


def waiting_row(line: OrderLine, held: int) -> WaitingRow:
    """A waiting line in words; ``held`` packs are put aside already."""
    lacks = line.outstanding - held
    return WaitingRow(
        order=line.order.reference,
        organisation=line.organisation.name,
        since=day(line.placed_at),
        lacks=f"{number(lacks)} of {number(line.outstanding)}",
        promised=day(line.promised_on) or "No date",
    )


def loss_row(loss: Loss) -> LossRow:
    """What an order loses, in words."""
    line = loss.reservation.line
    then = {
        "accepted": "Waits for stock again, and the orderer is told",
        "back_ordered": "Goes on waiting",
        "awaiting_approval": "Will wait for stock once it is approved",
        "on_hold": "Will wait for stock once it is released",
    }[line.state]
    return LossRow(
        order=line.order.reference, organisation=line.order.organisation.name, packs=number(loss.quantity), then=then
    )


def difference_sentence(on_hand: int, counted: int) -> str:
    """What a count says about the books."""
    found = f"You counted {count(counted, 'pack')}."
    if counted == on_hand:
        return f"{found} The books say the same."
    more_or_fewer = "more" if counted > on_hand else "fewer"
    return f"{found} The books say {number(on_hand)}: that is {number(abs(counted - on_hand))} {more_or_fewer}."
