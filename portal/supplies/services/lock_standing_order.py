"""The lock of a standing order, and the date that it is due next."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound, Refused
from portal.supplies.models import StandingDate, StandingOrder


def lock_standing_order(actor: Actor, reference: str) -> StandingOrder:
    """The actor's standing order, locked until the transaction ends. It is the first lock of all: then the account.

    Raises NotFound.
    """
    rows = StandingOrder.objects.visible_to(actor).select_for_update(of=("self",)).select_related("organisation")
    found: StandingOrder | None = rows.filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def known_date(standing: StandingOrder, day: date) -> StandingDate | None:
    """What became of that date so far; None when it is still to come. Read it only under the lock: it decides."""
    return standing.dates.filter(due_on=day).first()


def next_date(standing: StandingOrder) -> date | None:
    """The first date after today of which nothing is known yet; None when there is none any more."""
    today = timezone.localdate()
    settled = set() if standing.pk is None else set(standing.dates.values_list("due_on", flat=True))
    return next((day for day in standing.rhythm.dates() if day > today and day not in settled), None)


def give_to(standing: StandingOrder, person: Actor) -> None:
    """From now on it orders in this person's name. Raises Refused for a machine: an order needs a person."""
    if person.user_id is None:
        raise Refused("Only a person who orders for the site can have a standing order.")
    standing.owner_id, standing.owner_name = person.user_id, person.name
