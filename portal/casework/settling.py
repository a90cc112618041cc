"""Ending the case of a request together with the request: its answer says how it ended."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.clock import end_wait
from portal.casework.models import Case


def settle_case(case: Case, answer: str) -> None:
    """Answers the locked case. The request's own events and messages tell of it, so this records none of its own.

    A case that was closed or joined to another in the meantime stays so.
    """
    if case.state in ("closed", "merged"):
        return
    end_wait(case)
    case.answer, case.answered_at = answer, timezone.now()
    case.first_replied_at = case.first_replied_at or case.answered_at
    case.state, case.state_since = "resolved", case.answered_at
    case.save()
