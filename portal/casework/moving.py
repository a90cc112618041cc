"""The one place where a case changes its state. Every function takes a locked case, and the caller saves it.

The caller also records the event and sends the e-mails: only it knows what they say.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from django.utils import timezone

from portal.casework.checkpoints import first_to_do
from portal.casework.clock import end_wait
from portal.casework.models import Case
from portal.casework.policy import policy
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.workdays.calendar import working_calendar

_TOO_LATE = "This was settled too long ago to open it again. Ask us anew and give its reference."
_MERGED = "This was joined to another case. Write to us there."


def move(actor: Actor, case: Case, target: str) -> None:
    """Moves the case on, and ends its wait. Raises Conflict when there is no such step, or something is to be done."""
    CASE.check(actor, case.state, target)
    if target not in OPEN_STATES and (todo := first_to_do(case)):
        raise Conflict(todo.sentence)
    end_wait(case)
    case.state, case.state_since = target, timezone.now()
    case.closed_at = case.state_since if target == "closed" else None


def begin_wait(actor: Actor, case: Case, whom: str, party: str, until: date | None = None) -> None:
    """The clock stands still while the case waits for ``whom``, to the end of the day ``until`` (J22).

    Without a day it is that of the operator's table. Raises InvalidInput for a day that is over.
    """
    today = timezone.localdate()
    until = until or working_calendar().add(today, policy().durations.wait_days)
    if until < today:
        raise InvalidInput({"until": "Enter today or a later day."})
    move(actor, case, "waiting")
    case.waiting_for, case.waiting_party, case.waiting_until = whom, party, until
    case.paused_on = today
    case.next_action_on = until
    case.owner_id, case.owner_name = case.owner_id or actor.user_id, case.owner_name or actor.name


def go_on(actor: Actor, case: Case) -> None:
    """Ends the wait: the case is its owner's again, or its queue's where it has none, and looked at today."""
    move(actor, case, "in_progress" if case.owner_id else "received")
    look_today(case)


def hear_asker(actor: Actor, case: Case) -> Literal["", "reopened", "went_on"]:
    """What a message of whoever asked does to their case, whichever way it came; returns what that was.

    One that is answered or closed is opened again. One that waited for them goes on. Somebody looks at it today.
    Raises Conflict as ``reopen`` does.
    """
    did: Literal["", "reopened", "went_on"] = ""
    if case.state not in OPEN_STATES:
        reopen(actor, case)
        did = "reopened"
    elif case.state == "waiting" and case.waiting_party == "requester":
        go_on(actor, case)
        did = "went_on"
    look_today(case)
    return did


def reopen(actor: Actor, case: Case) -> None:
    """Opens a case again that was answered or closed. It goes back to its queue; the time it has counts as it did.

    Raises Conflict for one that was joined to another, or was settled too long ago.
    """
    if case.state == "merged":
        raise Conflict(_MERGED)
    if not may_still_reopen(case):
        raise Conflict(_TOO_LATE)
    move(actor, case, "received")
    case.reopened += 1


def may_still_reopen(case: Case) -> bool:
    """Whether a case that is answered or closed can be opened again (durations.reopen_days)."""
    if case.state in OPEN_STATES or case.state == "merged":
        return False
    since = case.closed_at or case.state_since
    return bool(since > timezone.now() - timedelta(days=policy().durations.reopen_days))


def look_today(case: Case) -> None:
    """There is news, so that somebody looks at the case today at the latest."""
    today, case.waited_in_vain_for = timezone.localdate(), ""
    case.next_action_on = min(case.next_action_on or today, today)


def put_in_queue(actor: Actor, case: Case, queue: str) -> None:
    """The open case waits in the queue for whoever takes it: nobody owns it. One that waits for somebody waits on."""
    case.queue = queue
    case.owner_id, case.owner_name = None, ""
    if case.state == "in_progress":
        move(actor, case, "received")
