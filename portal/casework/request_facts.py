"""What the pages of a case show about the change it asks for: its steps, its plan, what its sender can do now."""

from __future__ import annotations

from typing import Any

from portal.casework.models import Case, PlanStep
from portal.casework.permissions import CHANGE_ORGANISATION
from portal.casework.request_sections import sections_of_request
from portal.casework.request_states import CHANGE_REQUEST
from portal.casework.request_steps import holder_of, steps_of
from portal.casework.requests import request_of
from portal.foundation.access import Actor


def request_facts(actor: Actor, case: Case) -> dict[str, Any]:
    """For a template; ``change`` is None for a case that asks for no change. Two queries, then the plan's."""
    change = request_of(actor, case)
    if change is None:
        return {"change": None, "may_withdraw": False, "may_answer": False}
    own = actor.user_id is not None and actor.user_id == change.requested_by_id
    plan = list(PlanStep.objects.visible_to(actor).filter(case=case).order_by("position"))  # type: ignore[attr-defined]
    return {
        "change": change,
        "steps": steps_of(change, plan),
        "plan": plan,
        "holder": holder_of(change, plan),
        "sections": sections_of_request(change),
        "may_withdraw": (own or actor.can(CHANGE_ORGANISATION))
        and CHANGE_REQUEST.allows(actor, change.state, "withdrawn"),
        "may_answer": change.state == "queried" and CHANGE_REQUEST.allows(actor, change.state, "commissioner"),
    }
