"""Emptying a basket."""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.supplies.events import BASKET_CHANGED
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.take_basket import take_basket


@service(PLACE_ORDER)
def empty_basket(actor: Actor) -> None:
    """Removes every line of the actor's basket at the actor's site."""
    removed = take_basket(actor)
    if not removed:
        nothing_changed()
        return
    record(
        BASKET_CHANGED,
        actor=actor,
        subject=("basket", actor.organisation_code),
        lines={line.item.code: 0 for line in removed},
    )
