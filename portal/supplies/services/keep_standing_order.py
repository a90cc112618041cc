"""Skipping a date of a standing order, and pausing, resuming and ending it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import EventType, record
from portal.foundation.errors import Conflict
from portal.foundation.workflow import apply
from portal.supplies.events import (
    STANDING_ENDED,
    STANDING_PAUSED,
    STANDING_PUT_BACK,
    STANDING_RESUMED,
    STANDING_SKIPPED,
)
from portal.supplies.models import StandingDate, StandingDateOutcome, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.lock_standing_order import give_to, known_date, lock_standing_order, next_date
from portal.supplies.states import STANDING_ORDER


@service(PLACE_ORDER)
def skip_date(actor: Actor, reference: str, day: date) -> StandingOrder:
    """Nothing will be ordered for that date. Skipping it again changes nothing.

    Raises NotFound, and Conflict for a day that is no coming date of it or was ordered already.
    """
    standing = lock_standing_order(actor, reference)
    known = known_date(standing, day)
    if known is not None and known.outcome == StandingDateOutcome.SKIPPED:
        nothing_changed()
        return standing
    failed = known is not None and known.outcome == StandingDateOutcome.FAILED and standing.next_on == day
    coming = known is None and _is_coming(standing, day)
    if standing.state == "ended" or not (failed or coming):
        raise Conflict("This date cannot be skipped any more. See what became of it on the standing order's page.")
    StandingDate.objects.update_or_create(
        standing=standing, due_on=day, defaults={"outcome": StandingDateOutcome.SKIPPED, "reason": "", "fault": ""}
    )
    if standing.next_on == day:
        standing.next_on = next_date(standing)
        standing.save(update_fields=["next_on"])
    _record(STANDING_SKIPPED, actor, standing, on=day.isoformat())
    return standing


@service(PLACE_ORDER)
def put_date_back(actor: Actor, reference: str, day: date) -> StandingOrder:
    """A skipped date that is still to come will be ordered after all. Raises NotFound, Conflict."""
    standing = lock_standing_order(actor, reference)
    skipped = standing.dates.filter(due_on=day, outcome=StandingDateOutcome.SKIPPED)
    if standing.state == "ended" or not _is_coming(standing, day) or not skipped.delete()[0]:
        raise Conflict("This date cannot be put back. Order what you need yourself.")
    standing.next_on = next_date(standing)
    standing.save(update_fields=["next_on"])
    _record(STANDING_PUT_BACK, actor, standing, on=day.isoformat())
    return standing


@service(PLACE_ORDER)
def pause_standing_order(actor: Actor, reference: str) -> StandingOrder:
    """Nothing is ordered until somebody resumes it. Raises NotFound; Conflict when it does not run."""
    standing = lock_standing_order(actor, reference)
    apply(STANDING_ORDER, standing, "paused", actor=actor)
    _record(STANDING_PAUSED, actor, standing)
    return standing


@service(PLACE_ORDER)
def resume_standing_order(actor: Actor, reference: str) -> StandingOrder:
    """It orders again from its next date on, in the actor's name; what it missed is not made up for.

    Raises NotFound; Conflict when it runs, has ended, or has no date left.
    """
    standing = lock_standing_order(actor, reference)
    standing.next_on = next_date(standing)
    if standing.next_on is None:
        raise Conflict("No date is left. Change its last day first, or set up a new one.")
    STANDING_ORDER.check(actor, standing.state, "active")
    give_to(standing, actor)
    standing.state, standing.stop_reason = "active", ""
    standing.save(update_fields=["next_on", "owner_id", "owner_name", "stop_reason", "state"])
    _record(STANDING_RESUMED, actor, standing, next=standing.next_on.isoformat())
    return standing


@service(PLACE_ORDER)
def end_standing_order(actor: Actor, reference: str) -> StandingOrder:
    """Nothing more is ordered, for good; what was ordered stays. Raises NotFound; Conflict when it has ended."""
    standing = lock_standing_order(actor, reference)
    STANDING_ORDER.check(actor, standing.state, "ended")
    standing.state, standing.next_on, standing.stop_reason = "ended", None, ""
    standing.save(update_fields=["state", "next_on", "stop_reason"])
    _record(STANDING_ENDED, actor, standing)
    return standing


def _is_coming(standing: StandingOrder, day: date) -> bool:
    return day > timezone.localdate() and standing.rhythm.next_after(date.fromordinal(day.toordinal() - 1)) == day


def _record(event: EventType, actor: Actor, standing: StandingOrder, **values: str) -> None:
    record(event, actor=actor, subject=standing, organisation_id=standing.organisation_id, **values)
