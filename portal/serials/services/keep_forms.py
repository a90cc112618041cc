"""Numbered forms at a site: checked on arrival, issued, sent back (J7)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.serials.events import SERIALS_MOVED
from portal.serials.models import SerialRange
from portal.serials.moving import Move, move_serials
from portal.serials.numbers import size_of
from portal.serials.permissions import KEEP_FORMS
from portal.serials.services.keep_prescribers import lock_prescriber
from portal.serials.services.warehouse import Numbers, read_numbers
from portal.serials.states import SERIAL_RANGE
from portal.supplies.warehouse_selectors import find_consignment_by

_ARRIVED = ("dispatched", "failed", "delivered", "received", "discrepancy")


@service(KEEP_FORMS)
def confirm_arrival(actor: Actor, consignment_reference: str, numbers: Numbers) -> list[SerialRange]:
    """These numbers are in the box. What is not confirmed stays in the consignment until it is, or is reported missing.

    Raises NotFound for another site's consignment, Conflict for numbers not in it, or while it is in the store.
    """
    item, serials = read_numbers(numbers)
    parcel = find_consignment_by(actor, consignment_reference)
    if parcel.state not in _ARRIVED:
        raise Conflict("This consignment is not on its way to your site.")
    return _move(
        actor,
        item,
        serials,
        "at_site",
        where=actor.organisation_name,
        place={},
        source={"consignment": parcel, "state": "allocated"},
    )


@service(KEEP_FORMS)
def issue(actor: Actor, numbers: Numbers, to_whom: str, prescriber: str = "") -> list[SerialRange]:
    """Hands forms to a prescriber of the site (by reference), or to somebody or a room (by name).

    The prescriber is locked, so that nobody gets forms while they leave. Raises InvalidInput without a name, Conflict
    for somebody who has left or not joined yet.
    """
    person = lock_prescriber(actor, prescriber) if prescriber else None
    if person is not None and not person.is_active_on(timezone.localdate()):
        raise Conflict(f"{person.name} does not prescribe at your site today. Look at the list of prescribers.")
    name = person.name if person else to_whom.strip()
    if not name:
        raise InvalidInput({"to_whom": "Enter the prescriber or the room."})
    item, serials = read_numbers(numbers)
    return _move(actor, item, serials, "issued", where=name, place={"held_by": name, "prescriber": person})


@service(KEEP_FORMS)
def put_back(actor: Actor, numbers: Numbers) -> list[SerialRange]:
    """Issued forms come back unused to the locked cupboard."""
    item, serials = read_numbers(numbers)
    where, back = actor.organisation_name, {"held_by": ""}
    return _move(actor, item, serials, "at_site", where=where, place=back, source={"state": "issued"})


@service(KEEP_FORMS)
def send_back(actor: Actor, numbers: Numbers, note: str) -> list[SerialRange]:
    """Sends forms back to the operator, who takes them in again."""
    item, serials = read_numbers(numbers)
    return _move(actor, item, serials, "returned", where="On the way to the operator", place={}, note=note)


def _move(
    actor: Actor,
    item: Any,
    serials: Any,
    target: str,
    *,
    where: str,
    place: dict[str, Any],
    source: dict[str, Any] | None = None,
    note: str = "",
) -> list[SerialRange]:
    """Moves numbers of the actor's own site. Another site's are not known to it (R1)."""
    here = {"organisation_id": actor.organisation_id, **(source or {})}
    move = Move(item=item, serials=serials, source=here, target=target, where=where, place=place, note=note)
    moved = move_serials(actor, move)
    record(
        SERIALS_MOVED,
        actor=actor,
        subject=("organisation", actor.organisation_code),
        organisation_id=actor.organisation_id,
        number=size_of(serials),
        item=item.name,
        state=SERIAL_RANGE.states[target].label.lower(),
    )
    return moved
