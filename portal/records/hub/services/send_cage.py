"""Closing a cage, opening it again, and handing it to the courier as one scan (J26)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.records.hub.events import CAGE_CLOSED, CAGE_HANDED_OVER, CAGE_REOPENED
from portal.records.hub.models import Cage, CageBag
from portal.records.hub.services.fill_cage import lock_cage
from portal.records.hub.states import CAGE
from portal.records.models import Movement
from portal.records.permissions import SCAN_RECORDS
from portal.records.reference import plain
from portal.records.services.take_scans import Scanned, take


@service(SCAN_RECORDS)
def close_cage(actor: Actor, reference: str) -> Cage:
    """Nothing more goes in; its manifest can be printed. Raises NotFound; Conflict when it is empty or not open."""
    cage = lock_cage(actor, reference)
    number = CageBag.objects.filter(cage=cage, ended_at=None).count()
    if not number:
        raise Conflict("This cage is empty. Put the bags in first.")
    _step(actor, cage, "closed", timezone.now())
    record(CAGE_CLOSED, actor=actor, subject=cage, number=number)
    return cage


@service(SCAN_RECORDS)
def reopen_cage(actor: Actor, reference: str) -> Cage:
    """More goes in after all; a manifest that was printed does not count any more.

    Raises NotFound; Conflict when it is not closed, or another one is open for the same place.
    """
    cage = lock_cage(actor, reference)
    if cage.state != "closed":
        raise Conflict(f"Only a closed cage is opened again. This one is: {cage.state_label.lower()}.")
    try:
        with transaction.atomic():
            _step(actor, cage, "open", timezone.now())
    except IntegrityError:  # cage_filled_alone
        raise Conflict(f"Another cage is open for {cage.destination.code}. Fill that one, or close it first.") from None
    number = CageBag.objects.filter(cage=cage, ended_at=None).count()
    record(CAGE_REOPENED, actor=actor, subject=cage, number=number)
    return cage


@service(SCAN_RECORDS)
def hand_over_cage(actor: Actor, reference: str) -> int:
    """The courier takes the cage: every bag in it that is still at the hub leaves it. Returns how many.

    Raises NotFound; Conflict when the cage is not closed, or nothing of it is there any more.
    """
    with system_scope():
        inside = CageBag.objects.filter(cage__reference=plain(reference), ended_at=None)
        # Movements first, as whoever puts bags in does.
        moving = Movement.objects.select_for_update().filter(bags__in=inside.values("bag_id"))
        list(moving.order_by("id").values_list("id"))
        cage = lock_cage(actor, reference)
        if cage.state != "closed":
            raise Conflict(f"Close the cage first: it is {cage.state_label.lower()}.")
        entries = list(inside.filter(bag__part__holder=cage.hub).order_by("id"))
        if not entries:
            raise Conflict("No bag of this cage is at the hub any more. Look at its list.")
        now = timezone.now()
        take(
            actor,
            [
                Scanned(key=f"cage-{each.pk}", kind="hub_out", code=each.code, place=cage.hub, at=now)
                for each in entries
            ],
        )
        CageBag.objects.filter(cage=cage, ended_at=None).update(ended_at=now)
        cage.handed_over_by_name = actor.name
        _step(actor, cage, "left", now)
    record(CAGE_HANDED_OVER, actor=actor, subject=cage, number=len(entries))
    return len(entries)


def _step(actor: Actor, cage: Cage, state: str, now: datetime) -> None:
    CAGE.check(actor, cage.state, state)
    cage.state, cage.state_since = state, now
    cage.save(update_fields=["state", "state_since", "handed_over_by_name"])
