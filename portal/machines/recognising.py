"""Knowing a machine by its token, and finding machines."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_MACHINES, KEEP_SCANNERS
from portal.machines.tokens import digest_of_token

_USED_EVERY = timedelta(minutes=1)


def machine_with_token(token: str, *, uses_page: bool = False) -> Machine | None:
    """The machine whose token this is, while the token is good; and notes that it was used.

    The token in a scanner's cookie is none at the API, and the API's none in a cookie.
    """
    live = Machine.objects.select_related("place").filter(ended_at=None, uses_page=uses_page)
    live = live.filter(token_ends_on__gte=timezone.localdate())
    machine = live.filter(token_digest=digest_of_token(token)).first()
    if machine is not None:
        _note_use(machine)
    return machine


def _note_use(machine: Machine) -> None:
    """Not with every request: a busy machine would wait for its own row."""
    now, last = timezone.now(), machine.last_used_at
    if last is None or now - last > _USED_EVERY:
        Machine.objects.filter(pk=machine.pk).update(last_used_at=now)


def machines(actor: Actor) -> QuerySet[Machine]:
    """Programs that call the API, those that work first. Raises Refused."""
    actor.require(KEEP_MACHINES)
    return _those(uses_page=False)


def scanners(actor: Actor) -> QuerySet[Machine]:
    """Couriers' scanners with the scanning page, those that work first. Raises Refused."""
    actor.require(KEEP_SCANNERS)
    return _those(uses_page=True)


def _those(*, uses_page: bool) -> QuerySet[Machine]:
    found = Machine.objects.filter(uses_page=uses_page).select_related("place")
    return found.order_by(F("ended_at").desc(nulls_first=True), "name", "id")


def find_machine(actor: Actor, reference: str) -> Machine:
    """One machine. Raises NotFound and Refused."""
    found = machines(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def find_scanner(actor: Actor, reference: str) -> Machine:
    """One scanner. Raises NotFound and Refused."""
    found = scanners(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def scanner_to_set_up(secret: str, *, lock: bool = False) -> Machine | None:
    """The scanner that the link with this secret sets up; None when it was used, replaced or is too old."""
    found = Machine.objects.select_related("place").filter(link_digest=digest_of_token(secret))
    found = found.filter(ended_at=None, link_ends_at__gt=timezone.now(), token_ends_on__gte=timezone.localdate())
    return (found.select_for_update(of=("self",)) if lock else found).first()
