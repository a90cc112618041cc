"""Reads of the desk: which cases, in which queue, whose, how late (J22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from portal.casework.models import Case
from portal.casework.policy import policy
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.web.filters import day

SHOWN = {"open": "Open", "mine": "Mine", "all": "All"}


@dataclass(frozen=True)
class Wanted:
    """What the reader of the desk filters by; '' is everything."""

    show: str = "open"
    queue: str = ""
    state: str = ""
    late: bool = False
    search: str = ""

    @classmethod
    def read(cls, query: Any) -> Wanted:
        """From a page's address; what makes no sense counts as not given."""
        show, queue, state = query.get("show", "open"), query.get("queue", ""), query.get("state", "")
        return cls(
            show=show if show in SHOWN else "open",
            queue=queue if queue in policy().queues else "",
            state=state if state in CASE.states else "",
            late=query.get("late") == "1",
            search=query.get("search", "").replace("\x00", "").strip()[:100],
        )


def find_cases(actor: Actor, wanted: Wanted) -> QuerySet[Case]:
    """The cases wanted: open ones by the day they are looked at next, all of them the newest first."""
    cases: QuerySet[Case] = Case.objects.visible_to(actor).select_related("organisation")  # type: ignore[attr-defined]
    if wanted.show != "all":
        cases = cases.filter(state__in=OPEN_STATES)
    if wanted.show == "mine":
        cases = cases.filter(owner_id=actor.user_id)
    if wanted.queue:
        cases = cases.filter(queue=wanted.queue)
    if wanted.state:
        cases = cases.filter(state=wanted.state)
    if wanted.late:
        cases = cases.filter(_late())
    if text := wanted.search:
        cases = cases.filter(
            Q(reference__iexact=text)
            | Q(organisation__code__iexact=text)
            | Q(organisation__name__icontains=text)
            | Q(opened_by_name__icontains=text)
            | Q(opened_by_email__iexact=text)
            | Q(subject__icontains=text)
        )
    return cases.order_by("-id") if wanted.show == "all" else cases.order_by("next_action_on", "id")


def queue_counts(actor: Actor) -> list[dict[str, Any]]:
    """Every queue with how many cases are open and late in it; one query."""
    rows = (
        Case.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(state__in=OPEN_STATES)
        .values("queue")
        .annotate(open=Count("id"), late=Count("id", filter=_late()))
        .order_by()
    )
    found = {row["queue"]: row for row in rows}
    nothing = {"open": 0, "late": 0}
    return [{**found.get(code, nothing), "queue": code, "name": name} for code, name in policy().queues.items()]


def team_load(actor: Actor) -> list[dict[str, Any]]:
    """Each owner's open, late and waiting cases, and since when the oldest is open; one query, the fullest first."""
    rows = (
        Case.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(state__in=OPEN_STATES)
        .values("owner_id", "owner_name")
        .annotate(
            open=Count("id"),
            late=Count("id", filter=_late()),
            waiting=Count("id", filter=Q(state="waiting")),
            oldest=Min("opened_at"),
        )
        .order_by("-open", "owner_name")
    )
    return list(rows[:100])


def _late() -> Q:
    return Q(state__in=("received", "in_progress"), due_on__lt=timezone.localdate())


def clock_of(case: Case) -> list[str]:
    """The case's clock in words: when it is due, and for whom it stands still."""
    lines = []
    if case.due_on is not None:
        late = " (late)" if case.is_late(timezone.localdate()) else ""
        lines.append(f"To be settled by {day(case.due_on)}{late}")
    if case.state == "waiting" and case.paused_on is not None:
        lines.append(f"Stands still since {day(case.paused_on)}, waiting for {case.waiting_for}")
    if case.state in OPEN_STATES and case.next_action_on is not None:
        lines.append(f"Looked at next on {day(case.next_action_on)}")
    if case.first_replied_at is None and case.first_reply_due_on is not None and case.state in OPEN_STATES:
        lines.append(f"First reply by {day(case.first_reply_due_on)}")
    return lines
