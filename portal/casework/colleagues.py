"""Who works on cases at the operator, and in which queues (J22)."""

from __future__ import annotations

from django.conf import settings

from portal.accounts.api import Holder, holders_of
from portal.casework.permissions import WORK_CASES
from portal.casework.policy import policy
from portal.foundation.access import Actor


def colleagues() -> list[Holder]:
    """Everybody who may work on cases today, by name; two queries."""
    return holders_of(WORK_CASES, organisation_code=settings.OPERATOR_CODE)


def workers_of(queue: str) -> list[Holder]:
    """Those of them who work in the queue. Where nobody holds its roles, everybody: a case needs somebody."""
    everybody = colleagues()
    return [each for each in everybody if policy().works_in(queue, each.roles)] or everybody


def queues_of(actor: Actor) -> list[str]:
    """The codes of the queues that the actor works in."""
    return [queue for queue in policy().queues if policy().works_in(queue, actor.roles)]
