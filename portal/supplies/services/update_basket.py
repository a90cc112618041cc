"""Changing a basket: any number of lines in one call (J5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.allowance import limit_problem, obstacle, reason_problem, recently_ordered
from portal.supplies.catalogue_query import items_of_codes
from portal.supplies.events import BASKET_CHANGED
from portal.supplies.models import BasketLine, CatalogueItem
from portal.supplies.permissions import PLACE_ORDER


@dataclass(frozen=True, kw_only=True)
class UpdateBasket:
    """The command: item code -> packs there shall be (0 removes the line), and item code -> reason.

    Setting, not adding: sent twice it does the same as once. ``complete`` says that the person wants
    to go on to the order, so that reasons must be there.
    """

    quantities: dict[str, int]
    reasons: dict[str, str] = field(default_factory=dict)
    complete: bool = False


@service(PLACE_ORDER)
def update_basket(actor: Actor, command: UpdateBasket) -> None:
    """Sets these lines of the actor's basket at the actor's site; the other lines stay.

    Raises InvalidInput, and changes nothing, when a line could not be ordered like this. Its keys are the
    form fields ``quantity-CODE`` and ``reason-CODE``.
    """
    if not command.quantities:
        nothing_changed()
        return
    items = sorted(items_of_codes(actor, list(command.quantities)), key=lambda item: item.id)
    wanted = [item for item in items if command.quantities[item.code] > 0]
    if problems := _problems(actor, command, wanted):
        raise InvalidInput(problems)
    _write(actor, command, wanted)
    if removed := [item.id for item in items if command.quantities[item.code] == 0]:
        BasketLine.objects.visible_to(actor).filter(item_id__in=removed).delete()
    record(BASKET_CHANGED, actor=actor, subject=("basket", actor.organisation_code), lines=command.quantities)


def _problems(actor: Actor, command: UpdateBasket, wanted: list[CatalogueItem]) -> dict[str | None, str]:
    known = {item.code for item in wanted}
    problems: dict[str | None, str] = {
        f"quantity-{code}": "There is no such item. Look it up in the catalogue."
        for code, packs in command.quantities.items()
        if packs > 0 and code not in known
    }
    ordered = recently_ordered(actor.organisation_id or 0, wanted, timezone.now())
    for item in wanted:
        packs = command.quantities[item.code]
        if problem := obstacle(actor, item) or limit_problem(item, packs, ordered.get(item.id, 0)):
            problems[f"quantity-{item.code}"] = problem
        elif command.complete and (problem := reason_problem(item, packs, command.reasons.get(item.code, ""))):
            problems[f"reason-{item.code}"] = problem
    return problems


def _write(actor: Actor, command: UpdateBasket, wanted: list[CatalogueItem]) -> None:
    """One statement. The lines come in the order of the items' ids, so that two tabs cannot lock each other out."""
    now = timezone.now()
    BasketLine.objects.bulk_create(
        [
            BasketLine(
                user_id=actor.user_id,
                organisation_id=actor.organisation_id,
                item=item,
                quantity=command.quantities[item.code],
                reason=command.reasons.get(item.code, "").strip(),
                updated_at=now,
            )
            for item in wanted
        ],
        update_conflicts=True,
        unique_fields=["user", "organisation", "item"],
        update_fields=["quantity", "updated_at", *(["reason"] if command.reasons else [])],
    )
