"""What staff reads about counts that found something else than the books say."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import StockCount, StockLevel
from portal.supplies.permissions import DECIDE_COUNT, VIEW_STOCK
from portal.supplies.states import STOCK_COUNT

COUNT_STATES = {**{code: state.label for code, state in STOCK_COUNT.states.items()}, "all": "All counts"}


def list_counts(actor: Actor, state: str) -> QuerySet[StockCount]:
    """Counts in one state, newest first; those that wait unless it is a known state or ``all``."""
    actor.require(VIEW_STOCK)
    counts = StockCount.objects.select_related("level__store", "level__item")
    return counts if state == "all" else counts.filter(state=state if state in STOCK_COUNT.states else "waiting")


def find_count(actor: Actor, reference: str) -> StockCount:
    """One count. Raises NotFound."""
    found = list_counts(actor, "all").filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def waiting_counts(actor: Actor, level: StockLevel) -> list[StockCount]:
    """The counts of one shelf that wait for a second person."""
    return list(list_counts(actor, "waiting").filter(level_id=level.id))


def counts_to_decide(actor: Actor) -> int:
    """How many counts wait that this person may decide: not those they made themselves."""
    actor.require(DECIDE_COUNT)
    return list_counts(actor, "waiting").exclude(counted_by_id=actor.user_id).count()
