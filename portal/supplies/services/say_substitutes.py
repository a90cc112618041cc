"""A site says beforehand whether it takes substitutes: for every order, or for one (J5)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.events import SUBSTITUTES_SAID, SUBSTITUTES_SAID_FOR_ORDER
from portal.supplies.models import Order, SubstitutesChoice, SuppliesAccount
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.lock_order import lines_of, lock_order


@service(PLACE_ORDER)
def say_substitutes(actor: Actor, choice: str) -> SuppliesAccount:
    """For orders of the actor's site from now on. Raises InvalidInput for what is no choice."""
    check_choice(choice)
    SuppliesAccount.objects.bulk_create([SuppliesAccount(organisation_id=actor.organisation_id)], ignore_conflicts=True)
    account = SuppliesAccount.objects.select_for_update().get(organisation_id=actor.organisation_id)
    if account.substitutes == choice:
        nothing_changed()
        return account
    account.substitutes, account.updated_at = choice, timezone.now()
    account.save(update_fields=["substitutes", "updated_at"])
    record(
        SUBSTITUTES_SAID,
        actor=actor,
        subject=("suppliesaccount", actor.organisation_code),
        organisation_id=account.organisation_id,
        choice=SubstitutesChoice(choice).label.lower(),
    )
    return account


@service(PLACE_ORDER)
def say_substitutes_for_order(actor: Actor, reference: str, choice: str) -> Order:
    """For what this order still waits for. Raises Conflict when nothing of it has to be sent any more."""
    check_choice(choice)
    order = lock_order(actor, reference)
    if not any(line.outstanding and line.state not in ("rejected", "cancelled") for line in lines_of(order)):
        raise Conflict(f"Nothing of order {order.reference} has to be sent any more.")
    if order.substitutes == choice:
        nothing_changed()
        return order
    order.substitutes = choice
    order.save(update_fields=["substitutes"])
    record(
        SUBSTITUTES_SAID_FOR_ORDER,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        choice=SubstitutesChoice(choice).label.lower(),
    )
    return order


def check_choice(choice: str) -> None:
    """Raises InvalidInput for what is none of the three."""
    if choice not in SubstitutesChoice.values:
        raise InvalidInput({"substitutes": "Choose whether you accept substitutes."})
