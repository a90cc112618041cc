"""What pages read about substitutes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import (
    AllowedSubstitute,
    CatalogueItem,
    Order,
    OrderLine,
    StockLevel,
    SubstitutesChoice,
    Substitution,
    SuppliesAccount,
)
from portal.supplies.services.swap_line import waiting_packs


def choice_of_site(actor: Actor) -> str:
    """What the actor's site has said; ask, where it has said nothing."""
    account = SuppliesAccount.objects.filter(organisation_id=actor.organisation_id).first()
    return account.substitutes if account else SubstitutesChoice.ASK


def find_offer(actor: Actor, order: str, reference: str) -> Substitution:
    """An offer with its line and item. Raises NotFound outside the actor's scope (R1)."""
    found = (
        Substitution.objects.visible_to(actor)  # type: ignore[attr-defined]
        .select_related("line__order", "item")
        .filter(reference=reference, line__order__reference=order)
        .first()
    )
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def rules_of(item: CatalogueItem) -> list[AllowedSubstitute]:
    """Every rule of an item, ended ones too."""
    return list(AllowedSubstitute.objects.select_related("substitute").filter(item=item))


def choices_for(order: Order, line: OrderLine) -> list[tuple[str, str]]:
    """(code, words) for each substitute that may be offered for the line today; two queries."""
    today = timezone.localdate()
    packs = waiting_packs(line)
    rules = [
        rule
        for rule in AllowedSubstitute.objects.select_related("substitute").filter(item_id=line.item_id)
        if rule.is_valid_on(today)
    ]
    free = _free([rule.substitute_id for rule in rules])
    return [
        (
            rule.substitute.code,
            f"{rule.packs_for(packs)} x {rule.substitute.name} ({rule.substitute.unit} of {rule.substitute.pack_size}),"
            f" {free.get(rule.substitute_id, 0)} free",
        )
        for rule in rules
    ]


def offers_of(order: Order, lines: Iterable[OrderLine]) -> list[Substitution]:
    """The offers about an order, the newest first; its lines are those that were read already."""
    known = {line.id: line for line in lines}
    found = list(Substitution.objects.select_related("item").filter(line__in=list(known)).order_by("-id"))
    for each in found:
        each.line = known[each.line_id]
    return found


def _free(item_ids: list[int]) -> dict[int, int]:
    rows = StockLevel.objects.filter(item_id__in=item_ids, store__is_active=True).order_by()
    return {
        item_id: on_hand - reserved
        for item_id, on_hand, reserved in rows.values_list("item_id").annotate(Sum("on_hand"), Sum("reserved"))
    }
