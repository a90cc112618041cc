"""Setting up a standing order, and changing it: what it holds, when, and in whose name (issue 5, J5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.references import new_reference
from portal.supplies.allowance import limit_problem, obstacle
from portal.supplies.events import STANDING_CHANGED, STANDING_SET_UP
from portal.supplies.models import CatalogueItem, StandingDate, StandingDateOutcome, StandingLine, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.lock_standing_order import give_to, lock_standing_order, next_date
from portal.supplies.standing_rules import standing_rules

QUANTITY = "quantity-"  # the name of a line's field, as in the basket
LAST_DAY_OF_MONTH = 31
FURTHEST_YEARS = 5


@dataclass(frozen=True, kw_only=True)
class StandingOrderValues:
    """The command. ``quantities`` is item code -> packs, nothing for 0. One of weeks and day of the month is given."""

    name: str
    every_weeks: int | None
    day_of_month: int | None
    first_on: date
    ends_on: date | None
    quantities: dict[str, int]


@service(PLACE_ORDER)
def set_up_standing_order(actor: Actor, values: StandingOrderValues) -> StandingOrder:
    """Sets it up in the actor's name for the actor's site. Raises InvalidInput by field.

    Nothing is promised and no allowance used before a date comes: each date is checked as any order is.
    """
    items = _checked(actor, values, earliest=timezone.localdate() + timedelta(days=1))
    standing = StandingOrder(
        reference=new_reference("ST"),
        organisation_id=actor.organisation_id,
        name=values.name,
    )
    give_to(standing, actor)
    _write(standing, values, items)
    record(STANDING_SET_UP, actor=actor, subject=standing, organisation_id=standing.organisation_id, lines=len(items))
    return standing


@service(PLACE_ORDER)
def change_standing_order(actor: Actor, reference: str, values: StandingOrderValues) -> StandingOrder:
    """Changes it; from now on it orders in the actor's name. What was skipped or ordered stays so.

    Raises NotFound, InvalidInput by field, and Conflict when it has ended.
    """
    standing = lock_standing_order(actor, reference)
    if standing.state == "ended":
        raise Conflict("This standing order has ended. Set up a new one instead.")
    items = _checked(actor, values, earliest=min(standing.first_on, timezone.localdate()))
    standing.name = values.name
    give_to(standing, actor)
    standing.lines.all().delete()
    _write(standing, values, items)
    record(STANDING_CHANGED, actor=actor, subject=standing, organisation_id=standing.organisation_id, lines=len(items))
    return standing


def excluded(item: CatalogueItem) -> bool:
    """Whether no standing order may hold the item (secure stationery, unless the operator's table says otherwise)."""
    return item.item_class in standing_rules().excluded_classes


def line_problem(actor: Actor, item: CatalogueItem, packs: int) -> str:
    """Why a standing order cannot hold so many packs of the item, as a sentence; '' when it can."""
    if excluded(item):
        return f"{item.name} cannot be in a standing order. Order it yourself each time."
    if sentence := obstacle(actor, item) or limit_problem(item, packs, 0):
        return sentence
    if packs > item.usual_quantity:  # J5 asks a reason for more, and a reason is of its day
        return (
            f"A standing order takes up to {item.usual_quantity} of {item.name}. Order more yourself when you need it."
        )
    return ""


def _checked(actor: Actor, values: StandingOrderValues, *, earliest: date) -> dict[CatalogueItem, int]:
    wanted = {code: packs for code, packs in values.quantities.items() if packs}
    items = {item.code: item for item in CatalogueItem.objects.visible_to(actor).filter(code__in=list(wanted))}
    problems: dict[str | None, str] = _rhythm_problems(values, earliest)
    for code, packs in wanted.items():
        known = items.get(code)
        sentence = line_problem(actor, known, packs) if known else f"Your site cannot order {code}."
        if sentence:
            problems[f"{QUANTITY}{code}"] = sentence
    if not wanted:
        problems[None] = "Enter a number for at least one item."
    if problems:
        raise InvalidInput(problems)
    return {items[code]: packs for code, packs in wanted.items()}


def _rhythm_problems(values: StandingOrderValues, earliest: date) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    most = standing_rules().most_weeks
    if (values.every_weeks is None) == (values.day_of_month is None):
        found["every_weeks"] = "Give either the weeks between two orders, or a day of the month."
    elif values.every_weeks is not None and not 1 <= values.every_weeks <= most:
        found["every_weeks"] = f"Enter a number of weeks from 1 to {most}."
    elif values.day_of_month is not None and not 1 <= values.day_of_month <= LAST_DAY_OF_MONTH:
        found["day_of_month"] = f"Enter a day of the month from 1 to {LAST_DAY_OF_MONTH}."
    if values.first_on < earliest:
        found["first_on"] = "Enter a first day that is later than today."
    elif values.first_on.year > timezone.localdate().year + FURTHEST_YEARS:
        found["first_on"] = f"Enter a first day within the next {FURTHEST_YEARS} years."
    if values.ends_on is not None and values.ends_on < max(values.first_on, timezone.localdate()):
        found["ends_on"] = "The last day cannot be before the first day, or before today."
    return found


def _write(standing: StandingOrder, values: StandingOrderValues, items: dict[CatalogueItem, int]) -> None:
    standing.every_weeks, standing.day_of_month = values.every_weeks, values.day_of_month
    standing.first_on, standing.ends_on = values.first_on, values.ends_on
    if not _waits_for_another_try(standing):
        standing.next_on = next_date(standing)
    if standing.next_on is None:
        raise InvalidInput({"ends_on": "There is no date between the first day and the last day."})
    standing.save()
    StandingLine.objects.bulk_create(
        StandingLine(standing=standing, item=item, quantity=packs) for item, packs in items.items()
    )


def _waits_for_another_try(standing: StandingOrder) -> bool:
    """Whether its date was refused and is tried again: a change is often what mends it."""
    failed = StandingDate.objects.filter(due_on=standing.next_on, outcome=StandingDateOutcome.FAILED)
    return standing.pk is not None and standing.state == "active" and failed.filter(standing=standing).exists()
