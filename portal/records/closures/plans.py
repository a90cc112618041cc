"""Which closure a count belongs to: read from casework's plans (J18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.casework.api import PlanStep
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class ClosurePlan:
    """An approved closure or merger that ends a site: its case, its day, and who takes over (None: nobody)."""

    site: Organisation
    case_reference: str
    closes_on: date
    successor: Organisation | None


def closure_of(site: Organisation) -> ClosurePlan | None:
    """The plan that is being carried out for this site; None when it does not close."""
    with system_scope():  # the plan may belong to the case of another site, into which this one merges
        arranged = PlanStep.objects.filter(
            action="arrange_records", target=site.code, case__request__state__in=("applying", "applied")
        )
        step = arranged.select_related("case").order_by("-id").first()
        if step is None:
            return None
        beside = {each.action: each for each in PlanStep.objects.filter(case=step.case, target=site.code)}
        closing, moving = beside.get("close_site"), beside.get("move_cases")
        code = moving.arguments.get("successor", "") if moving is not None else ""
        return ClosurePlan(
            site=site,
            case_reference=step.case.reference,
            closes_on=closing.due_on if closing is not None else step.due_on,
            successor=_takes_over(code, site),
        )


def _takes_over(code: str, site: Organisation) -> Organisation | None:
    """The practice that gets the records. A branch that the site becomes is there only on the day."""
    found = Organisation.objects.filter(code=code, contractor_type="gp").exclude(pk=site.pk).first()
    if found is None and len(code) > 6:
        found = Organisation.objects.filter(code=code[:-3], contractor_type="gp").exclude(pk=site.pk).first()
    return found


def sites_that_close() -> list[str]:
    """The codes of the sites whose records are to be arranged for, those to close first first."""
    with system_scope():
        steps = PlanStep.objects.filter(action="arrange_records", case__request__state="applying")
        return list(steps.order_by("due_on", "id").values_list("target", flat=True)[:200])
