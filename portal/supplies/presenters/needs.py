"""What the pages say about what a site will need. Strings only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portal.foundation.web.filters import count, day, weekday
from portal.supplies.models import NeedAnswer
from portal.supplies.needs.selectors import SiteNeed
from portal.supplies.presenters.basket import amount_words

EXPORT_HEADS = (
    "Item code", "Item", "Needed by", "Order by", "Earliest", "Latest", "How sure", "Usual packs",
    "Rests on orders", "Last ordered", "Last packs", "Lasts days",
)  # fmt: skip
_SURE = {
    "good": "We are fairly sure: you order it at even intervals.",
    "fair": "This is an estimate: it rests on few orders, or they differ somewhat.",
    "rough": "This is a rough guess: there are few orders, or they differ much.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedCard:
    """One item that will be needed."""

    code: str
    name: str
    headline: str
    order_by: str
    overdue: bool
    how: list[str]
    sure: str
    amount: str
    note: str


def need_card(found: SiteNeed) -> NeedCard:
    """The item with its dates, how they were reckoned, and the quantity that one click orders."""
    need, item = found.need, found.item
    headline = f"You will need this by {weekday(need.need_by)}."
    order_by = f"Order by {weekday(need.order_by)}."
    if need.need_by < timezone.localdate():
        headline = f"You may have run out: it should have lasted until {day(need.need_by)}."
    if found.overdue:
        order_by = "Order now: it would have been time already."
    note = ""
    if found.in_basket:
        note = f"{count(found.in_basket, 'pack')} in your basket."
    elif not found.packs:
        note = "Your site has ordered all it may order for now."
    return NeedCard(
        code=item.code,
        name=item.name,
        headline=headline,
        order_by=order_by,
        overdue=found.overdue,
        how=_how(found),
        sure=_SURE[need.certainty],
        amount=amount_words(found.packs, item.unit, item.pack_size) if found.packs and not found.in_basket else "",
        note=note,
    )


def _how(found: SiteNeed) -> list[str]:
    need, item = found.need, found.item
    last = amount_words(need.last_packs, item.unit, item.pack_size)
    wait = count(item.lead_time, "working day")
    span = f"It could be needed as early as {day(need.earliest)} or as late as {day(need.latest)}."
    return [
        f"We looked at your last {count(need.orders, 'order')} of it, and how long each lasted until the next.",
        f"You ordered {last} on {day(need.last_on)}. At your usual rate that lasts {count(need.lasts_days, 'day')}.",
        f"It takes {wait} to come, and we leave one day more, in case you order in the afternoon.",
        *([span] if need.earliest < need.latest else []),
    ]


def hidden_words(answer: NeedAnswer) -> str:
    """Who hid an item, and until when."""
    until = f"until {day(answer.quiet_until)}" if answer.quiet_until else "until somebody brings it back"
    return f"Hidden by {answer.answered_by_name} {until}"


def export_rows(found: Iterable[SiteNeed]) -> Iterator[list[Any]]:
    """One row an item."""
    for each in found:
        need = each.need
        yield [
            each.item.code, each.item.name, need.need_by, need.order_by, need.earliest, need.latest, need.certainty,
            need.packs, need.orders, need.last_on, need.last_packs, need.lasts_days,
        ]  # fmt: skip


def card_hint(first: date) -> str:
    """What the dashboard says under the number."""
    if first < timezone.localdate():
        return "Going by your past orders, it is time"
    return f"Order the first by {weekday(first)}"
