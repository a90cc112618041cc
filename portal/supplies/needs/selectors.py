"""What a site will need, read in a fixed number of queries: its last orders of each item, and never more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies.allowance import allowance_left, obstacle, recently_ordered
from portal.supplies.models import BasketLine, CatalogueItem, NeedAnswer
from portal.supplies.needs.reckoning import Need, Purchase, given_up, reckon
from portal.supplies.needs.settings import need_settings

# The last orders of each item, a row a day, by the index on site, item and time. What has been answered, and what a
# standing order brings, is not reckoned at all.
_LAST_ORDERS = """
with days as (
    select line.item_id, (line.placed_at at time zone %(zone)s)::date as day,
           sum(line.quantity - line.cancelled)::int as packs, bool_or(line.delivered > 0) as arrived,
           row_number() over (
               partition by line.item_id order by (line.placed_at at time zone %(zone)s)::date desc
           ) as place
    from supplies_orderline line
    where line.organisation_id = %(organisation)s and line.placed_at >= %(since)s
      and line.state not in ('rejected', 'cancelled') and line.quantity > line.cancelled
    group by line.item_id, day
)
select item_id, day, packs, arrived from days
where place <= %(most)s
  and not exists (select 1 from supplies_standingline line join supplies_standingorder standing
                  on standing.id = line.standing_id and standing.state = 'active'
                  where standing.organisation_id = %(organisation)s and line.item_id = days.item_id)
  and not exists (select 1 from supplies_needanswer answer
                  where answer.organisation_id = %(organisation)s and answer.item_id = days.item_id
                    and (answer.quiet_until is null or answer.quiet_until >= %(today)s))
order by item_id, day
"""


@dataclass(frozen=True, kw_only=True)
class SiteNeed:
    """An item that the site will need. ``packs`` is the usual quantity within every limit; 0: none is left to order."""

    item: CatalogueItem
    need: Need
    packs: int
    in_basket: int

    @property
    def overdue(self) -> bool:
        """Whether an order now comes too late."""
        return self.need.order_by < timezone.localdate()


def due_needs(actor: Actor) -> list[SiteNeed]:
    """What has to be ordered in the next days, the most urgent first; four queries at most."""
    horizon = timezone.localdate() + timedelta(days=need_settings().ahead_days)
    found = [(item, need) for item, need in _reckoned(actor) if need.order_by <= horizon]
    return _with_limits(actor, found)


def all_needs(actor: Actor) -> list[SiteNeed]:
    """Everything that can be reckoned, however far away: for the export."""
    return _with_limits(actor, _reckoned(actor))


def count_due(actor: Actor) -> tuple[int, date | None]:
    """How many items have to be ordered in the next days, and the first day by which; two queries."""
    horizon = timezone.localdate() + timedelta(days=need_settings().ahead_days)
    days = [need.order_by for _, need in _reckoned(actor) if need.order_by <= horizon]
    return len(days), min(days, default=None)


def hidden_needs(actor: Actor) -> list[NeedAnswer]:
    """What people at the site have hidden, by name of the item."""
    rows = NeedAnswer.objects.visible_to(actor).not_over(timezone.localdate())  # type: ignore[attr-defined]
    return list(rows.select_related("item").order_by("item__name", "id"))


def _reckoned(actor: Actor) -> list[tuple[CatalogueItem, Need]]:
    settings, today, calendar = need_settings(), timezone.localdate(), working_calendar()
    purchases = _purchases(actor, today)
    enough = [item for item, rows in purchases.items() if sum(row.arrived for row in rows) >= settings.least_orders]
    found = []
    for item in CatalogueItem.objects.visible_to(actor).filter(id__in=enough):  # type: ignore[attr-defined]
        if obstacle(actor, item):
            continue
        need = reckon(purchases[item.id], lead_time=item.lead_time, calendar=calendar, settings=settings)
        if need is not None and not given_up(need, today, settings):
            found.append((item, need))
    return sorted(found, key=lambda pair: (pair[1].order_by, pair[0].name))


def _purchases(actor: Actor, today: date) -> dict[int, list[Purchase]]:
    settings, found = need_settings(), defaultdict(list)
    values = {
        "zone": str(timezone.get_default_timezone()),
        "organisation": actor.organisation_id,
        "since": timezone.now() - timedelta(days=settings.looked_back_days),
        "most": settings.most_orders,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ORDERS, values)
        for item_id, day, packs, arrived in cursor.fetchall():
            found[item_id].append(Purchase(on=day, packs=packs, arrived=arrived))
    return found


def _with_limits(actor: Actor, found: list[tuple[CatalogueItem, Need]]) -> list[SiteNeed]:
    """The usual quantity, above which nobody is asked for a reason, and no more than the allowance has left."""
    ordered = recently_ordered(actor.organisation_id or 0, [item for item, _ in found], timezone.now())
    basket = dict(BasketLine.objects.visible_to(actor).values_list("item_id", "quantity"))  # type: ignore[attr-defined]
    needs = []
    for item, need in found:
        packs = min(max(need.packs, item.minimum_quantity), item.usual_quantity, item.maximum_quantity)
        left = allowance_left(item, ordered.get(item.id, 0))
        packs = packs if left is None else min(packs, left)
        needs.append(
            SiteNeed(
                item=item,
                need=need,
                packs=packs if packs >= item.minimum_quantity else 0,
                in_basket=basket.get(item.id, 0),
            )
        )
    return needs
