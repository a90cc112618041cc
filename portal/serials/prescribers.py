"""Reads of a site's prescribers: who prescribes on a day, what pads they have, whose pads are ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.texts import read_table
from portal.serials.models import PadChoice, PadTask, Prescriber, SerialRange
from portal.serials.numbers import TABLE, size_of
from portal.supplies.models import BasketLine, CatalogueItem


@dataclass(frozen=True, kw_only=True)
class PadRules:
    """Which items carry a prescriber's name, and how long a leaver's pads may wait. From ``serials.toml``."""

    items: frozenset[str]
    leaver_days: int
    remind_days: int


@cache
def pad_rules() -> PadRules:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    try:
        table = read_table(TABLE)["personalised"]
        return PadRules(
            items=frozenset(table["items"]), leaver_days=table["leaver_days"], remind_days=table["remind_days"]
        )
    except (KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"serials.toml is not complete: {error}") from error


def active_prescribers(organisation_id: int, day: date) -> QuerySet[Prescriber]:
    """Who prescribes at the site on that day, by name."""
    return prescribers_to_come(organisation_id, day).filter(joined_on__lte=day)


def prescribers_to_come(organisation_id: int, day: date) -> QuerySet[Prescriber]:
    """Who prescribes at the site on that day or from a later one: pads may be ordered before somebody joins."""
    there = Q(left_on=None) | Q(left_on__gte=day)
    return Prescriber.objects.filter(there, organisation_id=organisation_id).order_by("name", "id")


def own_prescribers(actor: Actor) -> QuerySet[Prescriber]:
    """Everybody whom the actor's site ever recorded: those who are there first, by name."""
    rows = Prescriber.objects.visible_to(actor).select_related("pad_task")  # type: ignore[attr-defined]
    return rows.filter(organisation_id=actor.organisation_id).order_by("-left_on", "name", "id")  # type: ignore[no-any-return]


def find_prescriber(actor: Actor, reference: str) -> Prescriber:
    """One of the actor's site. Raises NotFound for another's (R1)."""
    found: Prescriber | None = own_prescribers(actor).prefetch_related("names").filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def pads_of(prescriber: Prescriber) -> list[SerialRange]:
    """The numbers that are issued to the prescriber now."""
    rows = SerialRange.objects.filter(prescriber=prescriber, state="issued").select_related("item")
    return list(rows.order_by("item__name", "serials"))


def number_of_pads(prescriber: Prescriber) -> int:
    """How many forms that is."""
    return sum(size_of(each.serials) for each in pads_of(prescriber))


def open_pad_tasks(actor: Actor) -> QuerySet[PadTask]:
    """What the site still has to do about leavers' pads; for staff every site's. The most urgent first."""
    rows = PadTask.objects.visible_to(actor).filter(state="open")  # type: ignore[attr-defined]
    return rows.select_related("prescriber", "organisation").order_by("due_on", "id")  # type: ignore[no-any-return]


def pads_in_basket(actor: Actor) -> list[tuple[CatalogueItem, str]]:
    """The items with a name on in the actor's basket, each with the reference of the prescriber chosen, or ''."""
    lines = BasketLine.objects.filter(
        user_id=actor.user_id, organisation_id=actor.organisation_id, item__code__in=pad_rules().items
    )
    items = [line.item for line in lines.select_related("item").order_by("item__name")]
    chosen = PadChoice.objects.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)
    by_item = dict(chosen.values_list("item_id", "prescriber__reference"))
    return [(item, by_item.get(item.id, "")) for item in items]


def names_for_pads(actor: Actor, items: list[CatalogueItem]) -> dict[str, str]:
    """Code of each item that carries a name -> the name the actor chose, or ''. One query, none without need."""
    with_names = {item.id: item.code for item in items if item.code in pad_rules().items}
    if not with_names:
        return {}
    chosen = PadChoice.objects.filter(
        user_id=actor.user_id, organisation_id=actor.organisation_id, item_id__in=list(with_names)
    )
    names = dict(chosen.values_list("item_id", "prescriber__name"))
    return {code: names.get(item_id, "") for item_id, code in with_names.items()}


def counted_prescribers(organisation_id: int, recorded_before: object) -> int:
    """How many count for the cap today: not those added in the last days, or a thief would add some first."""
    today = timezone.localdate()
    return active_prescribers(organisation_id, today).filter(recorded_at__lt=recorded_before).count()
