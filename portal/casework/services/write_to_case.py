"""What whoever asked can do with a case: write, open it again, say how it went (J20)."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.clock import resume_clock
from portal.casework.events import CASE_RATED, CASE_REOPENED, CASE_TAKEN_ON, CASE_WRITTEN
from portal.casework.models import Case
from portal.casework.permissions import REPORT
from portal.casework.services.lock_case import lock_case
from portal.casework.services.say import may_still_reopen, say
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.files import CheckedUpload

_TOO_LATE = "This was settled too long ago to open it again. Ask us anew and give its reference."
_MERGED = "This was joined to another case. Write to us there."


@service(REPORT)
def write_to_case(actor: Actor, reference: str, body: str, upload: CheckedUpload | None = None) -> Case:
    """Adds a message of whoever asked; whoever works on the case sees it today.

    A case that waited for them goes on, and its clock with it. One that is answered or closed is opened again.
    Raises Conflict for one that was merged, or was settled too long ago.
    """
    case = lock_case(actor, reference)
    if case.state not in OPEN_STATES:
        _reopen(actor, case)
    elif case.state == "waiting" and case.waiting_party == "requester":
        CASE.check(actor, case.state, "in_progress")
        resume_clock(case)
        case.state, case.state_since = "in_progress", timezone.now()
        case.waiting_party = case.waiting_for = ""
        record(CASE_TAKEN_ON, actor=actor, subject=case, organisation_id=case.organisation_id)
    case.next_action_on = min(case.next_action_on or timezone.localdate(), timezone.localdate())
    case.save()
    say(actor, case, body, side="requester", upload=upload)
    record(CASE_WRITTEN, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(REPORT)
def rate_case(actor: Actor, reference: str, rating: int, comment: str) -> Case:
    """Keeps how content whoever asked is, 1 to 5. Raises Conflict before an answer, and the second time."""
    case = lock_case(actor, reference)
    if case.state not in ("resolved", "closed"):
        raise Conflict("You can tell us how it went as soon as there is an answer.")
    if case.rating is not None:
        raise Conflict("You have told us already how it went. Thank you.")
    case.rating, case.rating_comment, case.rated_at = rating, comment, timezone.now()
    case.save(update_fields=["rating", "rating_comment", "rated_at"])
    record(CASE_RATED, actor=actor, subject=case, organisation_id=case.organisation_id, rating=str(rating))
    return case


def _reopen(actor: Actor, case: Case) -> None:
    """Opens the locked case again. It goes back to its queue; the time it has is counted as it was."""
    if case.state == "merged":
        raise Conflict(_MERGED)
    if not may_still_reopen(case):
        raise Conflict(_TOO_LATE)
    CASE.check(actor, case.state, "received")
    case.state, case.state_since, case.closed_at = "received", timezone.now(), None
    case.reopened += 1
    record(CASE_REOPENED, actor=actor, subject=case, organisation_id=case.organisation_id)
