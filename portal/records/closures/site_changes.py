"""What records do when an approved request closes a site: the step of casework's plans that people ticked off (J18)."""

from __future__ import annotations

from portal.casework.api import ChangeRequest, Done, NotYet, Outcome, PlanStep, action
from portal.foundation.access.row_security import system_scope
from portal.foundation.web.filters import count
from portal.organisations.models import Organisation
from portal.records.closures.counting import held, listed, progress_of
from portal.records.closures.models import Inventory
from portal.records.states import SOUGHT

_OR_ACCEPT = "A data manager who accepts that says why, under Not needed."


@action("arrange_records")
def arrange_records(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Done when everything that was found has left, and everybody has answered who was asked about the rest.

    Until then it says what is still there, and who is to do what. A person who accepts that answers are not given yet
    ends the step with a reason (``skip_step``).
    """
    with system_scope():  # the plan goes on whoever pressed the button
        return _outcome(request, step)


def _outcome(request: ChangeRequest, step: PlanStep) -> Outcome:
    site = Organisation.objects.filter(code=step.target).first()
    if site is None:
        return Done(said="The portal knows of no such site.")
    inventory = Inventory.objects.filter(organisation=site, case_reference=request.case.reference).first()
    if inventory is None:
        # Also when the portal knows of none: the site says that it has some, and only a look tells.
        there = held(site.pk).exclude(state__in=SOUGHT).count() + listed(site.pk).count()
        return NotYet(said=f"{count(there, 'record')} should be there. The site counts them, under Records.")
    progress = progress_of(inventory)
    looked_for = f" Looked for: {count(progress.sought, 'record')} that should be there." if progress.sought else ""
    if inventory.state == "counting":
        said = f"{count(progress.seen, 'record')} counted, {progress.unseen} still to be found."
        return NotYet(said=said + looked_for)
    if progress.still_there:
        return NotYet(said=f"{count(progress.still_there, 'record')} still there, {progress.left} left.{looked_for}")
    if progress.unanswered:
        waits = f"{count(progress.unanswered, 'answer')} about them not given yet."
        return NotYet(said=f"{count(progress.left, 'record')} left.{looked_for} {waits} {_OR_ACCEPT}")
    return Done(said=f"{count(progress.left, 'record')} left. Nothing that was found is still there.{looked_for}")
