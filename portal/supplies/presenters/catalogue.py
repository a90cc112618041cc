"""What the catalogue's pages say about an item. Strings only: a page has up to a hundred of them."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from django.templatetags.static import static
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.web.filters import count, day
from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.allowance import allowance_left, obstacle
from portal.supplies.catalogue_query import Stock
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import ORDER_SECURE_ITEMS
from portal.supplies.promises import promised_date


class ItemRow(NamedTuple):
    """One item. ``note`` says why it cannot be ordered, '' when it can; ``value`` is what stands in its field."""

    code: str
    name: str
    category: str
    address: str
    picture: str
    pack: str
    stock: str
    stock_colour: str
    promise: str
    limits: str
    secure: bool
    note: str
    instead: str
    instead_address: str
    value: str
    error: str
    shortage: str = ""
    offer: str = ""
    offer_address: str = ""


# Lead time, whether it is in stock, when more is expected: on one page, items with the same have the same promise.
_PromiseKey = tuple[int, bool, date | None]


class CatalogueWords:
    """Makes rows for one page: one actor, one moment, one calendar."""

    def __init__(self, actor: Actor, calendar: WorkingCalendar, base_address: str) -> None:
        self.actor = actor
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.calendar = calendar
        self.base_address = base_address
        self._promises: dict[_PromiseKey, date | None] = {}
        self._words: dict[_PromiseKey, str] = {}

    def row(self, item: CatalogueItem, stock: Stock, ordered: int, *, value: str = "", error: str = "") -> ItemRow:
        """One item's row; ``ordered`` packs count against the allowance."""
        withdrawn = not item.is_valid_on(self.today)
        note, instead = self._withdrawn(item) if withdrawn else (self._note(item, ordered), None)
        words, colour = ("", "") if withdrawn else stock_words(item, stock, self.today)
        return ItemRow(
            code=item.code,
            name=item.name,
            category=item.category,
            address=self.address_of(item),
            picture=picture_address(item.picture),
            pack=pack_words(item.unit, item.pack_size),
            stock=words,
            stock_colour=colour,
            promise="" if note else self._promise_words(item, stock),
            limits="" if withdrawn else limit_words(item, ordered),
            secure=item.is_secure,
            note=note,
            instead=instead.name if instead else "",
            instead_address=self.address_of(instead) if instead else "",
            value=value,
            error=error,
            shortage=stock.shortage,
            offer=stock.offer_name,
            offer_address=f"{self.base_address}items/{stock.offer}/" if stock.offer else "",
        )

    def address_of(self, item: CatalogueItem) -> str:
        """The item's own page."""
        return f"{self.base_address}items/{item.code}/"

    def promised(self, item: CatalogueItem, stock: Stock, quantity: int) -> date | None:
        """When ``quantity`` packs would be at the site if they were ordered now; None when nobody can say."""
        key = (item.lead_time, stock.free >= quantity, stock.expected_on)
        if key not in self._promises:
            self._promises[key] = promised_date(
                self.calendar, now=self.now, lead_time=key[0], in_stock=key[1], expected_on=key[2]
            )
        return self._promises[key]

    def _promise_words(self, item: CatalogueItem, stock: Stock) -> str:
        key = (item.lead_time, stock.free >= item.minimum_quantity, stock.expected_on)
        if key not in self._words:
            promised = self.promised(item, stock, item.minimum_quantity)
            self._words[key] = (
                f"Order now, with you by {near_day(promised, self.now)}."
                if promised
                else "You can order it now. We will tell you the date as soon as we know it."
            )
        words = self._words[key]
        low = item.minimum_quantity <= stock.free < item.maximum_quantity
        return f"{words} A large order may take longer." if low else words

    def _withdrawn(self, item: CatalogueItem) -> tuple[str, CatalogueItem | None]:
        successor = item.replaced_by
        if successor is not None and not obstacle(self.actor, successor):
            return "Withdrawn. Order this instead:", successor
        return "Withdrawn. It can no longer be ordered.", None

    def _note(self, item: CatalogueItem, ordered: int) -> str:
        if item.is_secure and not self.actor.can(ORDER_SECURE_ITEMS):
            return "You need the Secure Stationery Orderer role; ask your Main Contact."
        left = allowance_left(item, ordered)
        if left is not None and left < item.minimum_quantity:
            return f"Your site has ordered all it may order in {item.allowance_days} days. Contact us if you need more."
        return ""


def stock_words(item: CatalogueItem, stock: Stock, today: date) -> tuple[str, str]:
    """The state of the stock in words, and the colour of its tag. Low: less than one largest order is free."""
    if stock.free >= item.maximum_quantity:
        return "In stock", "green"
    if stock.free >= item.minimum_quantity:
        return "Low stock", "yellow"
    if stock.expected_on is None or stock.expected_on < today:
        return "Out of stock, date not known", "red"
    return f"Out of stock, expected {stock.expected_on.day} {stock.expected_on:%B}", "orange"


def limit_words(item: CatalogueItem, ordered: int | None = None) -> str:
    """Up to 5 a time; 10 in 28 days, 7 left. What is left is said where ``ordered`` is given."""
    least, most = item.minimum_quantity, item.maximum_quantity
    words = f"Up to {most:,} a time" if least == 1 else f"From {least:,} to {most:,} a time"
    if item.allowance_quantity is not None:
        words += f"; {item.allowance_quantity:,} in {count(item.allowance_days or 0, 'day')}"
        if ordered is not None:
            words += f", {allowance_left(item, ordered):,} left"
    return f"{words}. Needs approval." if item.approval_required else f"{words}."


def pack_words(unit: str, pack_size: int) -> str:
    """Box of 2,000; a single thing is just named."""
    return unit.capitalize() if pack_size == 1 else f"{unit.capitalize()} of {pack_size:,}"


def near_day(value: date, now: datetime) -> str:
    """Tuesday 1 December; with the year when it is not this one."""
    if value.year != timezone.localdate(now).year:
        return f"{value:%A} {day(value)}"
    return f"{value:%A} {value.day} {value:%B}"


@cache
def picture_address(picture: str) -> str:
    """The address of one of our drawings."""
    return static(f"supplies/pictures/{picture}.svg")
