"""Which orders of secure stationery are unusual, and why: rules over data that an operator edits (J5, trust 2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal.accounts.api import guarded_changes_since
from portal.foundation.texts import read_table
from portal.foundation.web.filters import day
from portal.supplies.models import CatalogueItem, Order, OrderLine

TABLE = Path(__file__).resolve().parent / "data" / "secure_orders.toml"

# Days are 24 hours, as for allowances, so that a change of the clocks moves nothing. Cancelled packs do not count.
_ORDERED = """
select line.item_id,
       coalesce(sum(line.quantity - line.cancelled) filter (where line.placed_at > %(window)s), 0)::int,
       coalesce(sum(line.quantity - line.cancelled) filter (where line.placed_at <= %(window)s
                and line.placed_at > %(before)s), 0)::int,
       coalesce(sum((line.quantity - line.cancelled) * line.pack_size)
                filter (where line.placed_at > %(cap)s), 0)::bigint
from supplies_orderline line
where line.organisation_id = %(site)s and line.item_id = any(%(items)s) and line.state <> 'rejected'
group by line.item_id
"""


@dataclass(frozen=True, kw_only=True)
class UnusualRules:
    """The table."""

    first_order: bool
    window_days: int
    average_weeks: int
    average_times: float
    change_days: int
    cap_days: int
    caps: dict[str, int]
    receipt_days: int


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """Packs of one item: in the window (this order included), in the weeks before it; forms in the cap's days."""

    window: int = 0
    before: int = 0
    forms: int = 0


@cache
def unusual_rules() -> UnusualRules:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    table = read_table(TABLE)
    try:
        caps = dict(table["caps"])
        rules = UnusualRules(
            cap_days=caps.pop("cap_days"), caps=caps, receipt_days=table["receipt"]["working_days"], **table["unusual"]
        )
    except (KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"secure_orders.toml is not complete: {error}") from error
    days = (rules.window_days, rules.average_weeks, rules.cap_days, rules.receipt_days)
    if "default" not in rules.caps or min(days) < 1 or min(rules.caps.values()) < 0 or rules.average_times < 0:
        raise ImproperlyConfigured("secure_orders.toml needs a default cap, and days of at least 1.")
    return rules


def reasons_to_wait(order: Order, lines: list[OrderLine], *, prescribers: int, now: datetime) -> list[str]:
    """Why a second person looks at the order, in sentences for both sides; none for a usual one.

    The order is written, and its site's account is locked: so nothing else is ordered there meanwhile.
    """
    rules = unusual_rules()
    secure = [line for line in lines if line.item.is_secure]
    if not secure:
        return []
    ordered = ordered_lately(order.organisation_id, [line.item for line in secure], now)
    reasons = []
    if rules.first_order and not _sent_before(order):
        reasons.append("It is the first secure stationery that this site is to get.")
    else:
        reasons += [said for line in secure if (said := above_average(rules, line.item, ordered[line.item_id]))]
    reasons += [said for line in secure if (said := above_cap(rules, line.item, ordered[line.item_id], prescribers))]
    since = now - timedelta(days=rules.change_days)
    reasons += [f"{what} on {day(at)}." for what, at in guarded_changes_since(order.organisation_id, since)]
    return reasons


def ordered_lately(organisation_id: int, items: list[CatalogueItem], now: datetime) -> dict[int, Ordered]:
    """What the site ordered of each item, in one query."""
    rules = unusual_rules()
    window = now - timedelta(days=rules.window_days)
    values: dict[str, Any] = {
        "site": organisation_id,
        "items": [item.id for item in items],
        "window": window,
        "before": window - timedelta(weeks=rules.average_weeks),
        "cap": now - timedelta(days=rules.cap_days),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ORDERED, values)
        found = {item: Ordered(window=window, before=before, forms=forms) for item, window, before, forms in cursor}
    return {item.id: found.get(item.id, Ordered()) for item in items}


def above_average(rules: UnusualRules, item: CatalogueItem, ordered: Ordered) -> str:
    """A sentence when the packs of the window are above so many times the average of the weeks before it."""
    if not rules.average_times:
        return ""
    usual = ordered.before / (7 * rules.average_weeks) * rules.window_days
    if ordered.window <= usual * rules.average_times:
        return ""
    if not ordered.before:
        return f"{item.name}: nothing was ordered in the {rules.average_weeks} weeks before."
    return (
        f"{item.name}: {ordered.window:,} in {rules.window_days} days are more than {rules.average_times:g} times"
        f" the average of {usual:,.1f}."
    )


def above_cap(rules: UnusualRules, item: CatalogueItem, ordered: Ordered, prescribers: int) -> str:
    """A sentence when the forms are more than the prescribers of the site may need."""
    cap = rules.caps.get(item.code, rules.caps["default"]) * max(prescribers, 1)
    if not cap or ordered.forms <= cap:
        return ""
    people = "1 prescriber" if prescribers <= 1 else f"{prescribers} prescribers"
    return f"{item.name}: {ordered.forms:,} forms in {rules.cap_days} days are above {cap:,}, the cap for {people}."


def _sent_before(order: Order) -> bool:
    """Whether secure stationery ever left a store for the site: what was cancelled makes no site known."""
    lines = OrderLine.objects.filter(organisation_id=order.organisation_id, item__item_class="secure")
    return lines.filter(dispatched__gt=0).exclude(order=order).exists()
