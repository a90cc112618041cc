"""Admitting a machine, giving it a new token, and ending its access: the operator's Service Manager does (J27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.machines.events import MACHINE_ADMITTED, MACHINE_ENDED, TOKEN_REPLACED
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_MACHINES
from portal.machines.scopes import KINDS_OF, SCOPES
from portal.machines.tokens import beginning_of, digest_of_token, new_token
from portal.records.api import Holder, place_with_code

LONGEST_LIFE = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class AdmitMachine:
    """The command. ``place`` is the code of the courier, hub or store that it scans for; '' when it scans nothing."""

    name: str
    scopes: Sequence[str]
    place: str
    token_ends_on: date


@service(KEEP_MACHINES)
def admit_machine(actor: Actor, command: AdmitMachine) -> tuple[Machine, str]:
    """The machine and its token, which is shown once and kept nowhere.

    Raises InvalidInput for an unknown place, a day that is past or too far, or scanning without a place; Conflict
    when a machine has this name; FreshSecondFactorNeeded.
    """
    actor.require_fresh_second_factor()
    check_day(command.token_ends_on)
    place = _place(command)
    token = new_token()
    machine = create(
        name=command.name.strip(),
        scopes=sorted(command.scopes),
        place=place,
        token_digest=digest_of_token(token),
        token_begins=beginning_of(token),
        token_ends_on=command.token_ends_on,
        admitted_by_name=actor.name,
    )
    labels = ", ".join(SCOPES[each].label.lower() for each in machine.scopes)
    record(MACHINE_ADMITTED, actor=actor, subject=machine, name=machine.name, scopes=labels)
    return machine, token


def create(**values: Any) -> Machine:
    """The row. A part of services. Raises Conflict when a machine has this name."""
    try:
        with transaction.atomic():
            return Machine.objects.create(**values)
    except IntegrityError as error:
        if "machine_name_once" not in str(error):
            raise
        raise Conflict("A machine has this name already. Give it a new token, or choose another name.") from error


@service(KEEP_MACHINES)
def replace_token(actor: Actor, reference: str, token_ends_on: date) -> tuple[Machine, str]:
    """A new token; the one before stops at once. Raises as ``admit_machine``, and NotFound."""
    actor.require_fresh_second_factor()
    check_day(token_ends_on)
    machine, token = lock_machine(reference, uses_page=False), new_token()
    machine.token_digest, machine.token_begins = digest_of_token(token), beginning_of(token)
    machine.token_ends_on = token_ends_on
    machine.save(update_fields=["token_digest", "token_begins", "token_ends_on"])
    record(TOKEN_REPLACED, actor=actor, subject=machine)
    return machine, token


@service(KEEP_MACHINES)
def end_machine(actor: Actor, reference: str, reason: str) -> Machine:
    """Ends its access at once, for good. Raises NotFound, Conflict when it has ended, InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput({"reason": "Say why its access ends."})
    return end(actor, lock_machine(reference, uses_page=False), reason)


def end(actor: Actor, machine: Machine, reason: str) -> Machine:
    """Ends the access of a locked machine: its token and its link work no more. A part of services."""
    machine.ended_at, machine.ended_why = timezone.now(), reason.strip()
    machine.link_digest = machine.link_ends_at = None
    machine.save(update_fields=["ended_at", "ended_why", "link_digest", "link_ends_at"])
    record(MACHINE_ENDED, actor=actor, subject=machine, reason=machine.ended_why)
    return machine


def lock_machine(reference: str, *, uses_page: bool) -> Machine:
    """The machine, locked. Raises NotFound, Conflict when its access has ended."""
    found = Machine.objects.select_for_update(of=("self",)).filter(reference=reference, uses_page=uses_page)
    machine = found.select_related("place").first()
    if machine is None:
        raise NotFound
    if machine.ended_at is not None:
        raise Conflict("The access of this machine has ended. Admit it anew if it is to work again.")
    return machine


def check_day(day: date) -> None:
    """Raises InvalidInput unless a token may end on that day."""
    today = timezone.localdate()
    if not today <= day <= today + LONGEST_LIFE:
        raise InvalidInput({"token_ends_on": "Choose a day from today to a year from now."})


def _place(command: AdmitMachine) -> Holder | None:
    if "scans" not in command.scopes:
        return None
    if not command.place.strip():
        raise InvalidInput({"place": "Enter the code of the courier, hub or store that it scans for."})
    try:
        place = place_with_code(command.place.strip().upper())
    except NotFound as error:
        raise InvalidInput({"place": "We do not know this place."}) from error
    if place.kind not in KINDS_OF:
        raise InvalidInput({"place": "Only couriers, hubs and stores scan with a machine."})
    return place
