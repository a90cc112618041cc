"""What casework puts on the dashboards: what waits for the reader (R8, J22)."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from portal.casework.colleagues import queues_of
from portal.casework.models import Case
from portal.casework.permissions import REPORT, WORK_CASES
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.web.cards import Card


def contractor_case_cards(actor: Actor) -> list[Card]:
    """Cases of the site that wait for its reply; one query. None for who may not write."""
    if not actor.can(REPORT):
        return []
    waiting = Case.objects.visible_to(actor).filter(state="waiting", waiting_party="requester")  # type: ignore[attr-defined]
    if not (number := waiting.count()):
        return []
    address = reverse("casework:cases", kwargs={"code": actor.organisation_code}) + "?show=reply"
    title = "Cases that wait for your reply"
    return [Card(title=title, value=str(number), address=address, hint="Reply, and we go on", needs_action=True)]


def staff_case_cards(actor: Actor) -> list[Card]:
    """The actor's own cases for today and those nobody has in their queues; one query."""
    if not actor.can(WORK_CASES):
        return []
    today, address = timezone.localdate(), reverse("staff_casework:my_work")
    own, unowned = Q(owner_id=actor.user_id), Q(owner_id=None, queue__in=queues_of(actor))
    numbers = (
        Case.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(own | unowned, state__in=OPEN_STATES)
        .aggregate(today=Count("id", filter=own & Q(next_action_on__lte=today)), unowned=Count("id", filter=unowned))
    )
    return [
        Card(title=title, value=str(number), address=address, hint=hint, needs_action=number > 0)
        for title, number, hint in (
            ("Your cases for today", numbers["today"], "Reply, answer, or plan the next look"),
            ("Cases nobody has", numbers["unowned"], "Take one and look into it"),
        )
    ]
