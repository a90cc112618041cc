"""Numbered forms are destroyed by two people, at a site or at the operator, and somebody is told (J7, J25)."""

from __future__ import annotations

from typing import Any

from portal.accounts.api import managers_of
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.outbox.queue import queue_emails
from portal.serials import messages
from portal.serials.events import SERIALS_MOVED
from portal.serials.models import SerialRange
from portal.serials.moving import Move, move_serials
from portal.serials.numbers import size_of
from portal.serials.permissions import KEEP_FORMS, RECEIVE_SERIALS
from portal.serials.services.warehouse import Numbers, read_numbers
from portal.serials.witnesses import may_be_the_same


@service(KEEP_FORMS)
def destroy(actor: Actor, numbers: Numbers, witness: str) -> list[SerialRange]:
    """Destroys forms of the actor's site before a witness, who is somebody else. It cannot be undone.

    Everybody who manages the site's users is told who did it and who saw it: so an invented witness is noticed.
    Raises InvalidInput without a second person, Conflict for numbers that are not the site's.
    """
    by = _two_names(actor, witness)
    item, serials = read_numbers(numbers)
    here = {"organisation_id": actor.organisation_id}
    rows = _destroy(actor, Move(
        item=item, serials=serials, source=here, target="destroyed", where="Destroyed at the site",
        place={"held_by": by}, note=by,
    ))  # fmt: skip
    site = rows[0].organisation
    if site is not None:
        people = [person.email for person in managers_of(site.id)]
        queue_emails(messages.forms_destroyed(site, item, size_of(serials), by, people))
    return rows


@service(RECEIVE_SERIALS)
def destroy_here(actor: Actor, numbers: Numbers, witness: str) -> list[SerialRange]:
    """Destroys forms of a store, or that a site has sent back: an old version, or what nobody can use any more.

    Raises InvalidInput without a second person; Conflict or Refused for numbers that are elsewhere.
    """
    by = _two_names(actor, witness)
    item, serials = read_numbers(numbers)
    return _destroy(actor, Move(
        item=item, serials=serials, source={}, target="destroyed", where="Destroyed at the operator",
        place={"held_by": by}, note=by,
    ))  # fmt: skip


def _two_names(actor: Actor, witness: str) -> str:
    seen_by = " ".join(witness.split())
    if not seen_by:
        raise InvalidInput({"witness": "Enter the name of a second person who saw it."})
    if may_be_the_same(actor.name, seen_by):
        raise InvalidInput({"witness": f"Enter the full name of a second person. You are {actor.name}."})
    return f"{actor.name}, seen by {seen_by}"


def _destroy(actor: Actor, move: Move) -> list[SerialRange]:
    rows = move_serials(actor, move)
    site, store = rows[0].organisation, rows[0].store
    where: Any = ("organisation", site.code) if site else store  # constraints: a number is in one of the two
    record(
        SERIALS_MOVED,
        actor=actor,
        subject=where,
        organisation_id=site.id if site else None,
        number=size_of(move.serials),
        item=move.item.name,
        state="destroyed",
    )
    return rows
