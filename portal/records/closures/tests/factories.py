"""Sites that close, for tests: the plan that casework would have made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.casework.api import Case, ChangeRequest, PlanStep
from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.references import new_reference
from portal.records.closures.models import Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.plans import ClosurePlan, closure_of
from portal.records.closures.services.count_records import open_inventory
from portal.records.models import Holder
from portal.records.tests.factories import organisation_of


def closing(site: Holder, *, successor: Holder | None = None, days: int = 60) -> ClosurePlan:
    """An approved closure of the site, ``days`` ahead, as casework's plan says it."""
    step = closing_step(site, successor=successor, days=days)
    with system_scope():
        plan = closure_of(organisation_of(site))
    assert plan is not None and plan.case_reference == step.case.reference
    return plan


def closing_step(site: Holder, *, successor: Holder | None = None, days: int = 60) -> PlanStep:
    """The step of an approved closure that waits for the records."""
    place, on = organisation_of(site), timezone.localdate() + timedelta(days=days)
    case = Case.objects.create(
        reference=new_reference("CS"),
        organisation=place,
        kind="closure",
        subject="Closure",
        opened_by_name="Kofi",
        queue="changes",
        next_action_on=timezone.localdate(),
    )
    ChangeRequest.objects.create(
        case=case,
        kind="closure",
        organisation=place,
        state="applying",
        requested_by_id=1,
        verification_needed=False,
        approved_by_id=2,
        approved_at=timezone.now(),
    )
    code = successor.code if successor is not None else ""
    steps: list[tuple[str, dict[str, Any]]] = [
        ("arrange_records", {}),
        ("move_cases", {"successor": code}),
        ("close_site", {}),
    ]
    made = [
        PlanStep.objects.create(
            case=case, position=position, action=action, target=place.code, title=action, arguments=arguments, due_on=on
        )
        for position, (action, arguments) in enumerate(steps, start=1)
    ]
    return made[0]


def counting(site: Holder, *, successor: Holder | None = None, days: int = 60) -> Inventory:
    """A count that was begun at a site that closes."""
    closing(site, successor=successor, days=days)
    somebody = Actor(name="Rita", audience="staff", permissions=frozenset({COUNT_RECORDS.code}))
    return open_inventory(somebody, site.code)
