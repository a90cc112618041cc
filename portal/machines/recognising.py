"""Knowing a machine by its token, and finding machines."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_MACHINES
from portal.machines.tokens import digest_of_token

_USED_EVERY = timedelta(minutes=1)


def machine_with_token(token: str) -> Machine | None:
    """The machine whose token this is, while the token is good; and notes that it was used."""
    live = Machine.objects.select_related("place").filter(ended_at=None, token_ends_on__gte=timezone.localdate())
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
    """All machines, those that work first. Raises Refused."""
    actor.require(KEEP_MACHINES)
    return Machine.objects.select_related("place").order_by("-ended_at", "name", "id")


def find_machine(actor: Actor, reference: str) -> Machine:
    """One machine. Raises NotFound and Refused."""
    found = machines(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found
