"""Carrying out an approved request: its plan, step by step, each with its own result (J13-J18).

A step that fails leaves nothing half done, says why, and is tried again later or by hand. The request is done when
every step is. The order of locks is everywhere: case, request, plan steps, then what a step touches.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.api import appointment_of, cancel_appointment
from portal.casework import request_messages
from portal.casework.applying.actions import Done, is_by_hand, perform
from portal.casework.applying.effects import carrier
from portal.casework.applying.plans import plan_of
from portal.casework.events import STEP_DONE, STEP_FAILED, STEP_SKIPPED, STEP_TRIED_AGAIN, STEP_WAITS
from portal.casework.models import ChangeRequest, PlanStep
from portal.casework.models.plan_step import PLAN_STEP
from portal.casework.permissions import APPLY_CHANGE
from portal.casework.requests import lock_request, move_request
from portal.casework.settling import settle_case
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import EventType, record
from portal.foundation.errors import Conflict, DomainError, InvalidInput, NotFound
from portal.foundation.outbox.queue import queue_emails

logger = logging.getLogger(__name__)
_MOST_PAUSE = timedelta(hours=12)
_FINISHED = ("done", "skipped")
_HARMLESS = ("add_site", "hold_secure_orders")  # may stay when a request is stopped after all


def begin(actor: Actor, request: ChangeRequest) -> ChangeRequest:
    """Writes the plan of a request that may now take effect, and does what is due. The caller has locked it."""
    move_request(actor, request, "applying")
    for position, planned in enumerate(plan_of(request), start=1):
        PlanStep.objects.get_or_create(
            case=request.case,
            action=planned.action,
            target=planned.target,
            defaults={
                "position": position,
                "title": planned.title,
                "arguments": planned.arguments,
                "due_on": planned.due_on,
            },
        )
    return _go_on(request)


@service(APPLY_CHANGE)
def end_cooling_off(actor: Actor, reference: str) -> ChangeRequest:
    """Lets an approved request take effect once the time to object is over; before that, nothing happens."""
    request = lock_request(actor, reference)
    until = request.cooling_off_until
    if request.state != "cooling_off" or until is None or until > timezone.now():
        nothing_changed()
        return request
    return begin(actor, request)


@service(APPLY_CHANGE)
def go_on(actor: Actor, reference: str) -> ChangeRequest:
    """Does the steps that are due; idempotent. A request that is not being carried out is left alone."""
    request = lock_request(actor, reference)
    if request.state == "applying":
        request = _go_on(request)
    nothing_changed()  # every step that changed something has recorded that itself
    return request


@service(APPLY_CHANGE)
def finish_step(actor: Actor, reference: str, position: int, said: str) -> ChangeRequest:
    """A person did the step and says how. Raises Conflict for a step of the portal, InvalidInput without words."""
    request, step = _locked_step(actor, reference, position)
    if not is_by_hand(step):
        raise Conflict("The portal does this step itself. Try it again, or say why it is not needed.")
    if not said.strip():
        raise InvalidInput({"said": "Say what was arranged, and with whom."})
    _finish(actor, request, step, said.strip())
    return _go_on(request)


@service(APPLY_CHANGE)
def skip_step(actor: Actor, reference: str, position: int, why: str) -> ChangeRequest:
    """The step is not needed; the reason is kept and shown to both sides. Raises InvalidInput without one."""
    request, step = _locked_step(actor, reference, position)
    if not why.strip():
        raise InvalidInput({"said": "Say why it is not needed."})
    PLAN_STEP.check(actor, step.state, "skipped")
    step.state, step.progress = "skipped", why.strip()
    step.save(update_fields=["state", "progress"])
    _record(STEP_SKIPPED, actor, request, step, why=why.strip())
    return _go_on(request)


@service(APPLY_CHANGE)
def try_again(actor: Actor, reference: str, position: int) -> ChangeRequest:
    """Tries a step that did not work once more, now. Raises Conflict for one that has not failed."""
    request, step = _locked_step(actor, reference, position)
    PLAN_STEP.check(actor, step.state, "planned")
    step.state, step.next_try_at, step.progress = "planned", None, ""
    step.save(update_fields=["state", "next_try_at", "progress"])
    _record(STEP_TRIED_AGAIN, actor, request, step)
    return _go_on(request)


def undo_unfinished(request: ChangeRequest) -> None:
    """Takes back what a stopped request has begun, as far as nobody has acted on it; the caller has locked it.

    Raises Conflict when a step that cannot be taken back is done.
    """
    cancel_appointment(carrier(), request.case.reference)  # waits for somebody who is accepting just now
    accepted = any(_is_accepted(request, step) for step in request.case.plan.filter(action="appoint_main_contact"))
    if accepted or request.case.plan.filter(state="done").exclude(action__in=_HARMLESS).exists():
        raise Conflict("A part of this change is in effect already. Contact us at once, so that we put it right.")
    request.case.plan.all().delete()  # planned anew when the request goes on


def _is_accepted(request: ChangeRequest, step: PlanStep) -> bool:
    invitation = appointment_of(request.case.reference, step.target)
    return invitation is not None and invitation.state == "accepted"


def _locked_step(actor: Actor, reference: str, position: int) -> tuple[ChangeRequest, PlanStep]:
    request = lock_request(actor, reference)
    if request.state != "applying":
        raise Conflict(f"This request is not being carried out. It is: {request.state_label.lower()}.")
    step = PlanStep.objects.select_for_update().filter(case=request.case, position=position).first()
    if step is None:
        raise NotFound
    return request, step


def _go_on(request: ChangeRequest) -> ChangeRequest:
    """Does due steps in order. One that fails holds up those after it; one that waits for a person does not."""
    now, today = timezone.now(), timezone.localdate()
    steps = list(PlanStep.objects.select_for_update().filter(case=request.case).order_by("position"))
    for step in steps:
        if step.state in _FINISHED or step.due_on > today:
            continue
        if step.state == "failed" and step.next_try_at is not None and step.next_try_at > now:
            break
        _do(request, step, now)
        if step.state == "failed":
            break
    if all(step.state in _FINISHED for step in steps):
        _complete(request)
    return request


def _do(request: ChangeRequest, step: PlanStep, now: datetime) -> None:
    if step.state == "failed":
        step.state = "planned"
        step.save(update_fields=["state"])
    step.attempts += 1
    try:
        with transaction.atomic():  # what a failing step did is undone, and only that
            outcome = perform(request, step)
    except DomainError as error:
        _fail(request, step, now, error.sentence)
    except Exception:
        logger.exception("a step of a plan failed", extra={"case": request.case.reference, "action": step.action})
        _fail(request, step, now, "Something went wrong in the portal. It is tried again by itself.")
    else:
        if isinstance(outcome, Done):
            _finish(carrier(), request, step, outcome.said)
        elif step.progress != outcome.said:
            step.progress = outcome.said
            step.save(update_fields=["attempts", "progress"])
            _record(STEP_WAITS, carrier(), request, step, said=outcome.said)


def _finish(actor: Actor, request: ChangeRequest, step: PlanStep, said: str) -> None:
    PLAN_STEP.check(actor, step.state, "done")
    step.state, step.progress, step.last_error = "done", said, ""
    step.done_at, step.done_by_name = timezone.now(), actor.name
    step.save()
    _record(STEP_DONE, actor, request, step, said=said)


def _fail(request: ChangeRequest, step: PlanStep, now: datetime, why: str) -> None:
    step.state, step.last_error = "failed", why
    step.next_try_at = now + min(timedelta(minutes=2**step.attempts), _MOST_PAUSE)
    step.save(update_fields=["state", "last_error", "next_try_at", "attempts"])
    _record(STEP_FAILED, carrier(), request, step, why=why)


def _complete(request: ChangeRequest) -> None:
    request.applied_at = timezone.now()
    move_request(carrier(), request, "applied")
    settle_case(request.case, "The change is done. Every step and its day is on this page.")
    queue_emails(request_messages.applied(request))


def _record(event: EventType, actor: Actor, request: ChangeRequest, step: PlanStep, **fields: str) -> None:
    organisation = request.case.organisation_id
    record(event, actor=actor, subject=request.case, organisation_id=organisation, title=step.title, **fields)
