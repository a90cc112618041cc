"""What the basket and the check page say about a line. Strings only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.supplies.forms.basket import LONGEST_REASON, QUANTITY, REASON, BasketForm
from portal.supplies.ordering_selectors import BasketRow
from portal.supplies.presenters.catalogue import CatalogueWords, limit_words, near_day, pack_words, picture_address


@dataclass(frozen=True, kw_only=True, slots=True)
class BasketLineRow:
    """One line with its fields. ``asks_reason``: the quantity is above the usual one."""

    code: str
    name: str
    address: str
    picture: str
    pack: str
    limits: str
    promise: str
    quantity: str
    error: str
    asks_reason: bool
    reason_label: str
    reason: str
    reason_error: str
    reason_limit: int = LONGEST_REASON


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """One line of the check page."""

    code: str
    name: str
    amount: str
    promise: str
    reason: str
    problem: str


def basket_line(row: BasketRow, words: CatalogueWords, form: BasketForm, wrong: dict[str, str]) -> BasketLineRow:
    """A basket line; what was typed wins over what is stored, and ``wrong`` holds the form's sentences."""
    item, code = row.item, row.item.code
    quantity = form.typed(f"{QUANTITY}{code}", str(row.quantity))
    reason_error = wrong.get(f"{REASON}{code}", "")
    wanted = int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 10 else row.quantity
    return BasketLineRow(
        code=code,
        name=item.name,
        address=words.address_of(item),
        picture=picture_address(item.picture),
        pack=pack_words(item.unit, item.pack_size),
        limits=limit_words(item),
        promise=promise_words(row, words),
        quantity=quantity,
        error=wrong.get(f"{QUANTITY}{code}", "") or ("" if form.is_bound else row.problem),
        asks_reason=bool(reason_error) or wanted > item.usual_quantity,
        reason_label=f"Why do you need more than {amount_words(item.usual_quantity, item.unit, 1)}?",
        reason=form.typed(f"{REASON}{code}", row.reason),
        reason_error=reason_error,
    )


def check_line(row: BasketRow, words: CatalogueWords, problem: str = "") -> CheckLine:
    """A line to be checked; ``problem`` is what the service refused, if it did."""
    return CheckLine(
        code=row.item.code,
        name=row.item.name,
        amount=amount_words(row.quantity, row.item.unit, row.item.pack_size),
        promise=promise_words(row, words),
        reason=row.reason,
        problem=problem or row.problem or row.reason_missing,
    )


def promise_words(row: BasketRow, words: CatalogueWords) -> str:
    """When the line would come if it were ordered now."""
    if row.problem:
        return ""
    promised = words.promised(row.item, row.stock, row.quantity)
    if promised is None:
        return "Date not known yet"
    return f"With you by {near_day(promised, words.now)}"


def amount_words(quantity: int, unit: str, pack_size: int) -> str:
    """1 box of 2,000; 3 boxes of 2,000; 2 pads."""
    plural = unit + ("es" if unit.endswith(("x", "s", "ch", "sh")) else "s")
    words = f"{quantity:,} {unit if quantity == 1 else plural}"
    return words if pack_size == 1 else f"{words} of {pack_size:,}"
