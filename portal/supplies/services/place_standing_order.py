"""The day of a standing order has come: a real order within every rule, once (R3), or a sentence why not."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.actors import actor_of_member
from portal.accounts.api import main_contact_of
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import DomainError, FreshSecondFactorNeeded, InvalidInput
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies import standing_messages as messages
from portal.supplies.events import (
    STANDING_BROKE,
    STANDING_FAILED,
    STANDING_ORDERED,
    STANDING_REMINDED,
    STANDING_STOPPED,
)
from portal.supplies.models import BasketLine, Order, StandingDate, StandingDateOutcome, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.lock_standing_order import known_date, lock_standing_order, next_date
from portal.supplies.services.place_order import lock_account, place_chosen
from portal.supplies.services.set_up_standing_order import excluded
from portal.supplies.standing_rules import standing_rules
from portal.supplies.states import STANDING_ORDER

AT_ONCE = 500
LONGEST_FAULT = 200
# Each try begins anew: what somebody settled of an earlier one does not hide the next.
NO_FAULT: dict[str, Any] = {"fault": "", "settled_at": None, "settled_by_name": "", "settled_note": ""}
_SUBMISSIONS = uuid.UUID("5f0c3f5e-3b0f-4b8e-9a0e-6d8d4f3f3a51")  # ours: a date's submission is the same each time


def due_standing_orders() -> list[str]:
    """References of what the day has come for, those first that wait longest; one tried today is not among them."""
    today = timezone.localdate()
    tried = StandingDate.objects.filter(tried_on=today, outcome=StandingDateOutcome.FAILED).values("standing_id")
    due = StandingOrder.objects.filter(state="active", next_on__lte=today).exclude(id__in=tried)
    rows = due.order_by("next_on", "id").values_list("reference", flat=True)
    return list(rows[:AT_ONCE]) if working_calendar().is_working_day(today) else []


@service(PLACE_ORDER)
def place_standing_order(actor: Actor, reference: str) -> Order | None:
    """Orders for the date that is due, in the name of the person whose standing order it is.

    None when nothing is due any more (another worker was faster), when the order was refused (the date keeps
    the sentence and is tried again on the next days), or when the person may not order any more: then it
    stops, and the Main Contact is told. Days in which no worker ran are not made up for one by one: the
    oldest is ordered, and the dates up to today are passed over.
    """
    standing = lock_standing_order(actor, reference)
    today = timezone.localdate()
    due = standing.next_on
    known = None if due is None else known_date(standing, due)
    if standing.state != "active" or due is None or due > today or (known is not None and known.tried_on == today):
        nothing_changed()
        return None
    person = actor_of_member(standing.owner_id, standing.organisation.code)
    if person is None or not person.can(PLACE_ORDER):
        _stop(actor, standing, f"{standing.owner_name} may not order for {standing.organisation.name} any more.")
        return None
    try:
        with transaction.atomic():
            order = _order(person, standing, due)
    except DomainError as error:
        _note_failure(actor, standing, person, due, _sentence(error))
        return None
    StandingDate.objects.update_or_create(
        standing=standing,
        due_on=due,
        defaults={
            "outcome": StandingDateOutcome.PLACED, "order": order, "reason": "", "tried_on": today,
            "tries": 1 + (known.tries if known else 0), **NO_FAULT,
        },
    )  # fmt: skip
    _move_on(standing)
    record(
        STANDING_ORDERED,
        actor=actor,
        subject=standing,
        organisation_id=standing.organisation_id,
        order=order.reference,
        on=due.isoformat(),
    )
    return order


@service(PLACE_ORDER)
def note_fault(actor: Actor, reference: str, fault: str) -> StandingDate | None:
    """The portal broke down over the date that is due: it is tried again on the next days, and staff see why.

    None when nothing is due any more, or when another worker tried it today.
    """
    standing = lock_standing_order(actor, reference)
    due, today = standing.next_on, timezone.localdate()
    tried = standing.dates.filter(due_on=due, tried_on=today).exists()
    if standing.state != "active" or due is None or due > today or tried:
        nothing_changed()
        return None
    person = actor_of_member(standing.owner_id, standing.organisation.code)
    _note_failure(actor, standing, person, due, "The portal could not place it. We look into it.")
    found = StandingDate.objects.get(standing=standing, due_on=due)
    found.fault = fault[:LONGEST_FAULT]
    found.save(update_fields=["fault"])
    record(
        STANDING_BROKE,
        actor=actor,
        subject=standing,
        organisation_id=standing.organisation_id,
        on=due.isoformat(),
        fault=found.fault,
    )
    return found


def standing_orders_to_remind_of() -> list[str]:
    """References of those with a date so near that its reminder is due and was not sent."""
    soon = working_calendar().add(timezone.localdate(), standing_rules().remind_days)
    near = StandingOrder.objects.filter(state="active", next_on__gt=timezone.localdate(), next_on__lte=soon)
    rows = near.values_list("reference", "next_on", "reminded_on").order_by("id")
    return [reference for reference, next_on, reminded_on in rows if next_on != reminded_on][:AT_ONCE]


@service(PLACE_ORDER)
def remind_of_standing_order(actor: Actor, reference: str) -> bool:
    """Tells its person once of the date that comes, with the way to skip or change it; False when it need not."""
    standing = lock_standing_order(actor, reference)
    person = actor_of_member(standing.owner_id, standing.organisation.code)
    if standing.state != "active" or standing.next_on in (None, standing.reminded_on) or person is None:
        nothing_changed()
        return False
    standing.reminded_on = standing.next_on
    standing.save(update_fields=["reminded_on"])
    record(
        STANDING_REMINDED,
        actor=actor,
        subject=standing,
        organisation_id=standing.organisation_id,
        on=str(standing.next_on),
    )
    queue_emails(messages.reminder(standing, person.email))
    return True


def submission_of(standing: StandingOrder, due: date) -> uuid.UUID:
    """The same for the same date each time, so that the order's own constraint allows one (R3)."""
    return uuid.uuid5(_SUBMISSIONS, f"{standing.reference}:{due}")


def _order(person: Actor, standing: StandingOrder, due: date) -> Order:
    account = lock_account(person)
    lines = list(standing.lines.select_related("item", "item__replaced_by").order_by("item__category", "item__name"))
    forbidden = [line.item.name for line in lines if excluded(line.item)]
    if forbidden:
        raise InvalidInput({None: f"{forbidden[0]} cannot be in a standing order any more. Change the standing order."})
    chosen = [
        BasketLine(
            user_id=person.user_id, organisation_id=person.organisation_id, item=line.item, quantity=line.quantity
        )
        for line in lines
    ]
    return place_chosen(person, account, chosen, submission_of(standing, due))


def _sentence(error: DomainError) -> str:
    if isinstance(error, InvalidInput):
        return " ".join(error.errors.values())
    if isinstance(error, FreshSecondFactorNeeded):
        return "It needs a person who signs in with a second factor on the day. Order it yourself."
    return error.sentence


def _note_failure(actor: Actor, standing: StandingOrder, person: Actor | None, due: date, reason: str) -> None:
    today = timezone.localdate()
    found, _ = StandingDate.objects.get_or_create(
        standing=standing,
        due_on=due,
        defaults={"outcome": StandingDateOutcome.FAILED, "reason": reason, "tried_on": today},
    )
    found.reason, found.tried_on, found.tries = reason, today, found.tries + 1
    for column, value in NO_FAULT.items():
        setattr(found, column, value)
    found.save(update_fields=["reason", "tried_on", "tries", *NO_FAULT])
    last_try = working_calendar().days_between(due, today) >= standing_rules().retry_days
    if last_try:
        _move_on(standing)
    record(
        STANDING_FAILED,
        actor=actor,
        subject=standing,
        organisation_id=standing.organisation_id,
        on=due.isoformat(),
        reason=reason,
    )
    if person is not None and (last_try or found.tries == 1):
        queue_emails(messages.failed(standing, person.email, due, reason, last_try=last_try))


def _stop(actor: Actor, standing: StandingOrder, reason: str) -> None:
    STANDING_ORDER.check(actor, standing.state, "stopped")
    standing.state, standing.stop_reason = "stopped", reason
    standing.save(update_fields=["state", "stop_reason"])
    record(STANDING_STOPPED, actor=actor, subject=standing, organisation_id=standing.organisation_id, reason=reason)
    contact = main_contact_of(standing.organisation_id)
    queue_emails(messages.stopped(standing, contact.email if contact else "", reason))


def _move_on(standing: StandingOrder) -> None:
    standing.next_on = next_date(standing)
    standing.save(update_fields=["next_on"])
