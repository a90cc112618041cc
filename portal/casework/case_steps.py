"""A case as a picture: what is done, who has it now since when, and by when something happens (R8, J22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from portal.casework.clock import closes_on, counted_day
from portal.casework.models import Case
from portal.casework.policy import policy
from portal.casework.states import OPEN_STATES
from portal.foundation.audit.models import AuditEvent
from portal.foundation.web.timeline import TimelineStep

# Of these events the last one says since when somebody has looked into it.
_TAKEN = ("casework.taken", "casework.given", "casework.goes_on", "casework.resumed", "casework.wait_ran_out")


def case_steps(case: Case, events: Sequence[AuditEvent]) -> list[TimelineStep]:
    """The way of a case: sent, looked into, waiting where it waits, answered, closed. One is the present one."""
    steps = [_sent(case), *_looked_into(case, events)]
    if case.state == "merged":
        title = f"Joined to {case.merged_into.reference}" if case.merged_into else "Joined to another case"
        note = "We go on there. It has the same news for you."
        return [*steps, TimelineStep(title=title, state="stopped", happened_at=case.state_since, note=note)]
    return [*steps, _answered(case), _closed(case)]


def who_has_it(case: Case) -> str:
    """Who has the case now, as whoever asked reads it."""
    theirs = case.state == "resolved" or (case.state == "waiting" and case.waiting_party == "requester")
    return "You" if theirs else case.holder


def promise_of(case: Case) -> str:
    """What happens by when, with the clock in working days; '' when nothing is to come."""
    if case.state == "waiting" and case.waiting_until is not None:
        whom = "you reply" if case.waiting_party == "requester" else f"{case.waiting_for} answers"
        until = counted_day(case.waiting_until)
        return f"We go on as soon as {whom}, or after {until}. Until then the clock stands still."
    if case.state in OPEN_STATES:
        if case.first_replied_at is None and case.first_reply_due_on is not None:
            return f"You have a first reply by {counted_day(case.first_reply_due_on)}."
        return f"It is settled by {counted_day(case.due_on)}." if case.due_on is not None else ""
    if (last_day := closes_on(case)) is not None:
        return f"It closes by itself after {counted_day(last_day)}, unless you write to us."
    return ""


def _sent(case: Case) -> TimelineStep:
    if case.state != "received":
        return TimelineStep(title="We have it", state="done", happened_at=case.opened_at)
    again = case.reopened > 0
    return TimelineStep(
        title="Open again" if again else "We have it",
        state="current",
        happened_at=case.state_since,
        who=f"Queue: {policy().queues.get(case.queue, case.queue)}",
        expected_on=_next_day(case),
        note=case.next_step,
    )


def _looked_into(case: Case, events: Sequence[AuditEvent]) -> list[TimelineStep]:
    """Somebody looks into it; and the wait, as long as there is one."""
    title = "Somebody looks into it"
    if case.state == "received":
        return [TimelineStep(title=title, state="future")]
    if case.state == "in_progress":
        present = TimelineStep(
            title=title,
            state="current",
            happened_at=case.state_since,
            who=case.owner_name,
            expected_on=_next_day(case),
            note=case.next_step,
        )
        return [present]
    steps = [TimelineStep(title=title, state="done", happened_at=_taken_at(events), who=case.owner_name)]
    if case.state == "waiting":
        mine = case.waiting_party == "requester"
        steps.append(
            TimelineStep(
                title="We wait for your reply" if mine else f"We wait for {case.waiting_for}",
                state="current",
                happened_at=case.state_since,
                who="your turn" if mine else case.waiting_for,
                expected_on=case.waiting_until,
                note="Write to us here, and we go on." if mine else case.next_step,
            )
        )
    return steps


def _answered(case: Case) -> TimelineStep:
    if case.state == "resolved":
        return TimelineStep(
            title="Answered",
            state="current",
            happened_at=case.state_since,
            who="your turn",
            note="Say whether that settles it.",
        )
    if case.state == "closed":
        return TimelineStep(title="Answered", state="done", happened_at=case.answered_at)
    return TimelineStep(title="Answered", state="future", expected_on=None)


def _closed(case: Case) -> TimelineStep:
    if case.state == "closed":
        return TimelineStep(title="Closed", state="done", happened_at=case.closed_at)
    return TimelineStep(title="Closed", state="future", expected_on=closes_on(case))


def _taken_at(events: Sequence[AuditEvent]) -> datetime | None:
    return next((event.occurred_at for event in reversed(events) if event.type in _TAKEN), None)


def _next_day(case: Case) -> date | None:
    return case.first_reply_due_on if case.first_replied_at is None else case.due_on
