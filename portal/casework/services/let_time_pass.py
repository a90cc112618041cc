"""What happens to cases because time passes: a wait runs out, an answered case closes (J22).

Each case has its own transaction, and its rule is asked again under its lock: a second run finds nothing to do.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portal.casework import messages, staff_messages
from portal.casework.clock import closes_on
from portal.casework.colleagues import colleagues
from portal.casework.events import CASE_CLOSED_BY_ITSELF, OWNER_LEFT, WAIT_RAN_OUT
from portal.casework.models import Case, ChangeRequest
from portal.casework.moving import go_on, look_today, move, put_in_queue
from portal.casework.permissions import WORK_CASES
from portal.casework.policy import policy
from portal.casework.request_states import LIVE_STATES
from portal.casework.services.lock_case import lock_case
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.actor import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.worker import one_after_another, one_by_one

CLOCK = system_actor("The portal", WORK_CASES)


def let_time_pass() -> None:
    """Ends waits that ran out, takes cases back from people who have left, closes what was answered long ago."""
    with system_scope():
        one_after_another(
            waits=lambda: one_by_one(_ran_out(), lambda each: end_run_out_wait(CLOCK, each)),
            leavers=lambda: one_by_one(_of_leavers(), lambda each: return_to_queue(CLOCK, each)),
            answered=lambda: one_by_one(_answered_long_ago(), lambda each: close_answered_case(CLOCK, each)),
        )


@service(WORK_CASES)
def end_run_out_wait(actor: Actor, reference: str) -> None:
    """Gives the case back to its owner and tells them, or to its queue when its owner has left."""
    case = lock_case(actor, reference)
    if case.waiting_until is None or case.waiting_until >= timezone.localdate():
        nothing_changed()
        return
    whom = case.waiting_for
    owner = next((each for each in colleagues() if each.user_id == case.owner_id), None)
    if owner is None:
        case.owner_id, case.owner_name = None, ""
    go_on(actor, case)
    case.waited_in_vain_for = whom
    case.save()
    record(WAIT_RAN_OUT, actor=actor, subject=case, organisation_id=case.organisation_id, whom=whom)
    if owner is not None:
        queue_emails(staff_messages.wait_ran_out(case, owner.email))


@service(WORK_CASES)
def return_to_queue(actor: Actor, reference: str) -> None:
    """Puts an open case back into its queue when its owner does not work on cases any more."""
    case = lock_case(actor, reference)
    gone = case.owner_id is not None and case.owner_id not in {each.user_id for each in colleagues()}
    if case.state not in OPEN_STATES or not gone:
        nothing_changed()
        return
    whom = case.owner_name
    put_in_queue(actor, case, case.queue)
    if case.state != "waiting":
        look_today(case)
    case.save()
    record(OWNER_LEFT, actor=actor, subject=case, organisation_id=case.organisation_id, whom=whom)


@service(WORK_CASES)
def close_answered_case(actor: Actor, reference: str) -> None:
    """Closes the case when the days of the operator's table are over, and tells whoever asked (the answer had, too)."""
    case = lock_case(actor, reference)
    last_day = closes_on(case)
    if last_day is None or last_day >= timezone.localdate() or _is_live_request(case):
        nothing_changed()
        return
    move(actor, case, "closed")
    case.save()
    record(CASE_CLOSED_BY_ITSELF, actor=actor, subject=case, organisation_id=case.organisation_id)
    queue_emails(messages.case_closed(case))


def _ran_out() -> list[str]:
    over = Case.objects.filter(state="waiting", waiting_until__lt=timezone.localdate())
    return list(over.order_by("waiting_until", "id").values_list("reference", flat=True))


def _of_leavers() -> list[str]:
    """Open cases of people who have left. Where nobody works on cases at all, something else is wrong: none."""
    here = [each.user_id for each in colleagues()]
    if not here:
        return []
    of_others = Case.objects.filter(state__in=OPEN_STATES, owner_id__isnull=False).exclude(owner_id__in=here)
    return list(of_others.order_by("id").values_list("reference", flat=True))


def _answered_long_ago() -> list[str]:
    """Working days are never fewer than calendar days, so that these are all that could be over."""
    long_ago = timezone.now() - timedelta(days=policy().durations.answer_settles_after_days)
    answered = Case.objects.filter(state="resolved", state_since__lt=long_ago)
    over = answered.exclude(Q(request__state__in=LIVE_STATES)).order_by("state_since", "id")
    return list(over.values_list("reference", flat=True))


def _is_live_request(case: Case) -> bool:
    return ChangeRequest.objects.filter(case=case, state__in=LIVE_STATES).exists()
