"""What an actor may see of cases and of what belongs to them (R1)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from portal.foundation.access import Actor


def _scope(actor: Actor, case: str) -> Q | None:
    """The condition on a case (``case`` is the path to it, '' or 'case__'); None for no case at all."""
    if actor.audience in ("staff", "system"):
        return Q()
    if actor.audience == "contractor":
        return Q(**{f"{case}organisation_id": actor.organisation_id})
    if actor.audience == "commissioner":
        return Q(**{f"{case}commissioner_id": actor.organisation_id})
    if actor.audience == "requester":
        return Q(**{f"{case}reference": actor.case_reference})
    return None


class CaseQuerySet(models.QuerySet[Any]):
    """Cases."""

    def visible_to(self, actor: Actor) -> Self:
        """An organisation's own; what a commissioner decides; the one a link leads to; every case for staff."""
        scope = _scope(actor, "")
        return self.none() if scope is None else self.filter(scope)


class OfCaseQuerySet(models.QuerySet[Any]):
    """What belongs to a case: its request, messages, calls, decisions, plan."""

    def visible_to(self, actor: Actor) -> Self:
        """What belongs to a case the actor may see."""
        scope = _scope(actor, "case__")
        return self.none() if scope is None else self.filter(scope)


class DraftQuerySet(models.QuerySet[Any]):
    """Requests that are not sent yet."""

    def visible_to(self, actor: Actor) -> Self:
        """A member's own at the organisation they act for; for a requester, the one their link leads to."""
        if actor.audience == "system":
            return self
        if actor.audience == "contractor":
            return self.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)
        if actor.audience == "requester":
            return self.filter(reference=actor.draft_reference)
        return self.none()
