"""What whoever asked can do with a case: write, open it again, say how it went (J20)."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.events import CASE_RATED, CASE_REOPENED, CASE_TAKEN_ON, CASE_WRITTEN
from portal.casework.models import Case
from portal.casework.moving import hear_asker
from portal.casework.permissions import REPORT
from portal.casework.services.lock_case import lock_case
from portal.casework.services.say import say
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.files import CheckedUpload

_DID = {"reopened": CASE_REOPENED, "went_on": CASE_TAKEN_ON}


@service(REPORT)
def write_to_case(actor: Actor, reference: str, body: str, upload: CheckedUpload | None = None) -> Case:
    """Adds a message of whoever asked; whoever works on the case sees it today.

    A case that waited for them goes on, and its clock with it. One that is answered or closed is opened again.
    Raises Conflict for one that was merged, or was settled too long ago.
    """
    case = lock_case(actor, reference)
    if did := hear_asker(actor, case):
        record(_DID[did], actor=actor, subject=case, organisation_id=case.organisation_id)
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
