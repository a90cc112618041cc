"""Reads of the desk: which cases, in which queue, whose, how late (J22)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from portal.accounts.api import Holder
from portal.casework.clock import closes_on, counted_day
from portal.casework.colleagues import queues_of
from portal.casework.finding import SearchedFor, found_by
from portal.casework.models import Case
from portal.casework.models.case import PARTIES
from portal.casework.models.change_request import REQUEST_KINDS
from portal.casework.policy import policy
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor
from portal.foundation.web.filters import day
from portal.organisations.api import CONTRACTOR_TYPES

SHOWN = {"open": "Open", "mine": "Mine", "all": "All"}
KINDS = {
    "enquiry": "Enquiry",
    "order": "Problem with an order",
    "directory": "From the directory",
    **{code: f"Request: {name.lower()}" for code, name in REQUEST_KINDS.items()},
}
_ABOUT = "order"  # these are of many kinds, and known by what they are about
NOBODY, WITHOUT_ACCOUNT = "nobody", "none"
_CHOICES: dict[str, Collection[str]] = {
    "show": SHOWN,
    "state": CASE.states,
    "kind": KINDS,
    "party": PARTIES,
    "contractor_type": {*CONTRACTOR_TYPES, WITHOUT_ACCOUNT},
}


@dataclass(frozen=True)
class Wanted:
    """What the reader of the desk filters by; '' is everything."""

    show: str = "open"
    queue: str = ""
    state: str = ""
    owner: str = ""
    kind: str = ""
    party: str = ""
    contractor_type: str = ""
    late: bool = False
    search: str = ""

    @classmethod
    def read(cls, query: Any) -> Wanted:
        """From a page's address; what makes no sense counts as not given."""
        said = {name: query.get(name, "") for name in _CHOICES}
        known = {name: value for name, value in said.items() if value in _CHOICES[name]}
        queue = query.get("queue", "")
        return cls(
            **known,
            queue=queue if queue in policy().queues else "",
            owner=_typed(query, "owner")[:40],
            late=query.get("late") == "1",
            search=_typed(query, "search")[:100],
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything of the filter form is chosen."""
        return any((self.queue, self.state, self.owner, self.kind, self.party, self.contractor_type, self.late))


def _typed(query: Any, name: str) -> str:
    return str(query.get(name, "")).replace("\x00", "").strip()


def find_cases(
    actor: Actor, wanted: Wanted, staff: Sequence[Holder] = (), searched: SearchedFor | None = None
) -> QuerySet[Case]:
    """The cases wanted: open ones by the day they are looked at next, all of them the newest first.

    ``staff`` are those whose membership an owner may be named by; ``searched`` is what ``wanted.search`` means.
    """
    # Organisations are fetched for the page: a join would be made for the whole list before it is cut.
    cases: QuerySet[Case] = Case.objects.visible_to(actor).prefetch_related("organisation")  # type: ignore[attr-defined]
    if wanted.show != "all":
        cases = cases.filter(state__in=OPEN_STATES)
    if wanted.show == "mine":
        cases = cases.filter(owner_id=actor.user_id)
    cases = cases.filter(*_conditions(wanted, {each.reference: each.user_id for each in staff}))
    if searched is not None and searched.text:
        cases = found_by(cases, searched)
    return cases.order_by("-id") if wanted.show == "all" else cases.order_by("next_action_on", "id")


def _conditions(wanted: Wanted, owners: dict[str, int]) -> list[Q]:
    """What is chosen, as conditions. An owner who is no colleague any more has no cases here."""
    chosen = []
    if wanted.queue:
        chosen.append(Q(queue=wanted.queue))
    if wanted.state:
        chosen.append(Q(state=wanted.state))
    if wanted.owner:
        chosen.append(Q(owner_id=None if wanted.owner == NOBODY else owners.get(wanted.owner, 0)))
    if wanted.kind:
        chosen.append(Q(about_type=_ABOUT) if wanted.kind == _ABOUT else Q(kind=wanted.kind))
    if wanted.party:
        chosen.append(Q(state="waiting", waiting_party=wanted.party))
    if wanted.contractor_type == WITHOUT_ACCOUNT:
        chosen.append(Q(organisation=None))
    elif wanted.contractor_type:
        chosen.append(Q(organisation__contractor_type=wanted.contractor_type))
    if wanted.late:
        chosen.append(_late())
    return chosen


@dataclass(frozen=True)
class MyWork:
    """One person's work, each list by the day the case is looked at next, and cut at ``MOST``."""

    in_vain: list[Case]
    today: list[Case]
    later: list[Case]
    unowned: list[Case]


MOST = 50


def my_work(actor: Actor) -> MyWork:
    """The actor's own cases and those nobody has in the queues they work in; two queries."""
    cases: QuerySet[Case] = (
        Case.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(state__in=OPEN_STATES)
        .select_related("organisation")
        .order_by("next_action_on", "id")
    )
    own = list(cases.filter(owner_id=actor.user_id)[: MOST * 3])
    unowned = list(cases.filter(owner_id=None, queue__in=queues_of(actor)).exclude(state="waiting")[:MOST])
    today = timezone.localdate()
    active = [case for case in own if not case.waited_in_vain_for]
    return MyWork(
        in_vain=[case for case in [*own, *unowned] if case.waited_in_vain_for][:MOST],
        today=[case for case in active if case.next_action_on is not None and case.next_action_on <= today][:MOST],
        later=[case for case in active if case.next_action_on is not None and case.next_action_on > today][:MOST],
        unowned=[case for case in unowned if not case.waited_in_vain_for],
    )


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
    if case.state in OPEN_STATES and case.due_on is not None:
        late = " (late)" if case.is_late(timezone.localdate()) else ""
        lines.append(f"To be settled by {counted_day(case.due_on)}{late}")
    if case.paused_on is not None:
        lines.append(f"Stands still since {day(case.paused_on)}, waiting for {case.waiting_for}")
    if case.waiting_until is not None:
        lines.append(f"The wait ends with {counted_day(case.waiting_until)}")
    if case.waited_in_vain_for:
        lines.append(f"Waited for {case.waited_in_vain_for} in vain")
    if case.state in OPEN_STATES and case.next_action_on is not None:
        lines.append(f"Looked at next on {day(case.next_action_on)}")
    if case.first_replied_at is None and case.first_reply_due_on is not None and case.state in OPEN_STATES:
        lines.append(f"First reply by {counted_day(case.first_reply_due_on)}")
    if (last_day := closes_on(case)) is not None:
        lines.append(f"Closes by itself after {counted_day(last_day)}")
    return lines
