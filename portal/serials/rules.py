"""Reads of how the numbers of each form are written: what is in force, what waits, what was before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.serials.format_values import format_words, rule_words
from portal.serials.models import SerialRule
from portal.serials.numbers import serial_policy
from portal.serials.permissions import VIEW_REGISTER
from portal.serials.register import numbered_items
from portal.supplies.models import CatalogueItem


@dataclass(frozen=True, kw_only=True)
class FormFormat:
    """A form, how its numbers are read today, in words, and the rules behind it: in force, and waiting."""

    item: CatalogueItem
    words: str
    in_force: SerialRule | None
    waiting: SerialRule | None


def formats_of(actor: Actor, items: list[CatalogueItem]) -> list[FormFormat]:
    """Of each of these forms; one query."""
    actor.require(VIEW_REGISTER)
    rows = SerialRule.objects.filter(item__in=items, state__in=["in_force", "waiting"]).select_related("item")
    found = {(row.item_id, row.state): row for row in rows}
    return [_of(item, found.get((item.id, "in_force")), found.get((item.id, "waiting"))) for item in items]


def format_of_form(actor: Actor, item_code: str) -> FormFormat:
    """Of one form. Raises NotFound for one without serial numbers."""
    item = numbered_items().filter(code=item_code).first()
    if item is None:
        raise NotFound
    return formats_of(actor, [item])[0]


def rules_of(actor: Actor, item: CatalogueItem) -> QuerySet[SerialRule]:
    """Every rule that was ever asked for, the newest first."""
    actor.require(VIEW_REGISTER)
    return SerialRule.objects.filter(item=item).select_related("item").order_by("-id")


def waiting_rules(actor: Actor) -> QuerySet[SerialRule]:
    """What waits for a second person, the oldest first."""
    actor.require(VIEW_REGISTER)
    return SerialRule.objects.filter(state="waiting").select_related("item").order_by("id")


def find_rule(actor: Actor, reference: str) -> SerialRule:
    """One of them. Raises NotFound."""
    actor.require(VIEW_REGISTER)
    found = SerialRule.objects.select_related("item").filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def _of(item: CatalogueItem, in_force: SerialRule | None, waiting: SerialRule | None) -> FormFormat:
    words = format_words(serial_policy().format_of(item.code)) if in_force is None else rule_words(in_force)
    return FormFormat(item=item, words=words, in_force=in_force, waiting=waiting)
