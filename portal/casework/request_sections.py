"""What a request asks for, as its check page shows it: the same words before sending and ever after."""

from __future__ import annotations

from typing import Any

from portal.casework.journeys.journey import context_of
from portal.casework.journeys.table import JOURNEYS
from portal.casework.models import ChangeRequest, RequestDraft


def sections_of(draft: RequestDraft) -> list[dict[str, Any]]:
    """Step by step: ``step`` and its ``rows`` of key and value (a text, or lines)."""
    sections = []
    for step in JOURNEYS[draft.journey].steps_for(draft):
        form = step.form(step=context_of(step, draft))
        sections.append({"step": step, "rows": [{"key": label, "value": value or ""} for label, value in form.rows()]})
    return sections


def sections_of_request(request: ChangeRequest) -> list[dict[str, Any]]:
    """The answers as they were sent."""
    sent = RequestDraft(
        journey=request.kind,
        answers=request.answers,
        user_id=request.requested_by_id,
        organisation_id=request.case.organisation_id,
    )
    return sections_of(sent)
