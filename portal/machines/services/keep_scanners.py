"""Couriers' phones and hand scanners with the scanning page: added, set up by a link, ended (J27; ADR 29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.machines.events import SCANNER_ADDED, SCANNER_LINKED, SCANNER_SET_UP
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.recognising import scanner_to_set_up
from portal.machines.services.keep_machines import check_day, create, end, lock_machine
from portal.machines.tokens import beginning_of, digest_of_token, new_link_secret, new_token
from portal.records.api import SCAN_RECORDS, place_with_code

LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class AddScanner:
    """The command. ``courier`` is the code of the courier for whom it scans."""

    name: str
    courier: str
    token_ends_on: date


@service(KEEP_SCANNERS)
def add_scanner(actor: Actor, command: AddScanner) -> tuple[Machine, str]:
    """The scanner, and the secret of the link that sets it up, which is shown once and kept nowhere.

    Raises InvalidInput for a day that is past or too far or a place that is no courier, Conflict when a machine has
    this name, NotFound for an unknown place, FreshSecondFactorNeeded.
    """
    actor.require_fresh_second_factor()
    check_day(command.token_ends_on)
    courier = place_with_code(command.courier)
    if courier.kind != "courier":
        raise InvalidInput({"courier": "Choose a courier."})
    secret = new_link_secret()
    machine = create(
        name=command.name.strip(),
        scopes=["movements", "scans"],
        place=courier,
        token_digest=digest_of_token(new_token()),  # nobody knows it
        token_begins="",
        token_ends_on=command.token_ends_on,
        admitted_by_name=actor.name,
        uses_page=True,
        link_digest=digest_of_token(secret),
        link_ends_at=timezone.now() + LINK_LASTS,
    )
    record(SCANNER_ADDED, actor=actor, subject=machine, name=machine.name, courier=courier.name)
    return machine, secret


@service(KEEP_SCANNERS)
def link_scanner(actor: Actor, reference: str, token_ends_on: date) -> tuple[Machine, str]:
    """A new link for a scanner that forgot its token, or whose token runs out. The token before stops at once.

    What waits on the scanner stays there, and is sent when it has been set up again. Raises as ``add_scanner``;
    Conflict when it has ended.
    """
    actor.require_fresh_second_factor()
    check_day(token_ends_on)
    machine, secret = lock_machine(reference, uses_page=True), new_link_secret()
    machine.token_digest, machine.token_begins = digest_of_token(new_token()), ""
    machine.token_ends_on, machine.set_up_at = token_ends_on, None
    machine.link_digest, machine.link_ends_at = digest_of_token(secret), timezone.now() + LINK_LASTS
    changed = ["token_digest", "token_begins", "token_ends_on", "set_up_at", "link_digest", "link_ends_at"]
    machine.save(update_fields=changed)
    record(SCANNER_LINKED, actor=actor, subject=machine)
    return machine, secret


@service(KEEP_SCANNERS)
def end_scanner(actor: Actor, reference: str, reason: str) -> Machine:
    """Ends its access at once, for good. Raises NotFound, Conflict when it has ended, InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput({"reason": "Say why its access ends."})
    return end(actor, lock_machine(reference, uses_page=True), reason)


@service(SCAN_RECORDS)
def set_up_scanner(actor: Actor, secret: str) -> tuple[Machine, str]:
    """Uses a link up: the scanner, and its new token; the one before stops. Raises NotFound for a link that is over."""
    machine = scanner_to_set_up(secret, lock=True)
    if machine is None:
        raise NotFound
    token = new_token()
    machine.token_digest, machine.token_begins = digest_of_token(token), beginning_of(token)
    machine.link_digest, machine.link_ends_at, machine.set_up_at = None, None, timezone.now()
    machine.save(update_fields=["token_digest", "token_begins", "link_digest", "link_ends_at", "set_up_at"])
    record(SCANNER_SET_UP, actor=actor, subject=machine)
    return machine, token
