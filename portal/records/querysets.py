"""What an actor may see of records (R1): the staff all, a practice what it holds, sends or is to receive."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portal.foundation.access import Actor

_ALL = ("staff", "system")


class RecordQuerySet(models.QuerySet[Any]):
    """Records: those of which one has a part, or that are or were on their way from or to one."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; a practice's own; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        parts = self.model.parts.rel.related_model.objects.filter(record_id=OuterRef("pk"))
        movements = self.model.movements.rel.related_model.objects.filter(record_id=OuterRef("pk"))
        mine = actor.organisation_id
        return self.filter(
            Exists(parts.filter(organisation_id=mine))
            | Exists(movements.filter(Q(origin_organisation_id=mine) | Q(destination_organisation_id=mine)))
        )


class PartQuerySet(models.QuerySet[Any]):
    """Parts: those that one has. One on its way is seen through its movement."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; what a practice has; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class MovementQuerySet(models.QuerySet[Any]):
    """Movements, from and to."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; those from or to a practice; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        mine = actor.organisation_id
        return self.filter(Q(origin_organisation_id=mine) | Q(destination_organisation_id=mine))

    def coming_to(self, actor: Actor) -> Self:
        """Records In of the actor's practice, all of which it may see; none for anybody who has no practice.

        Not a part of ``visible_to``: by "from or to" PostgreSQL would read what leaves the practice as well.
        """
        return self._of_practice(actor, "destination_organisation")

    def leaving(self, actor: Actor) -> Self:
        """Records Out of the actor's practice, as ``coming_to``."""
        return self._of_practice(actor, "origin_organisation")

    def _of_practice(self, actor: Actor, field: str) -> Self:
        return self.filter(**{field: actor.organisation_id}) if actor.audience == "contractor" else self.none()

    def under_way(self) -> Self:
        """Those that have not ended, the longest expected first."""
        return self.filter(ended_at=None).order_by("expected_by", "id")


class OfMovementQuerySet(models.QuerySet[Any]):
    """Bags, and what hangs on a movement by ``path``."""

    path = "movement"

    def visible_to(self, actor: Actor) -> Self:
        """As their movement."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        mine, path = actor.organisation_id, self.path
        return self.filter(
            Q(**{f"{path}__origin_organisation_id": mine}) | Q(**{f"{path}__destination_organisation_id": mine})
        )


class LabelQuerySet(OfMovementQuerySet):
    """Labels of bags."""

    path = "bag__movement"


class CustodyQuerySet(OfMovementQuerySet):
    """The chain: a practice sees the links of its own movements, and those that begin or end with it."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; a practice's own links; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        mine = actor.organisation_id
        return self.filter(
            Q(from_holder__organisation_id=mine)
            | Q(to_holder__organisation_id=mine)
            | Q(movement__origin_organisation_id=mine)
            | Q(movement__destination_organisation_id=mine)
        )

    def in_order(self) -> Self:
        """Part by part, the oldest link first."""
        return self.order_by("part_id", "sequence")


class OfPracticeQuerySet(models.QuerySet[Any]):
    """What belongs to one practice."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; a practice's own; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class VisitQuerySet(OfPracticeQuerySet):
    """Visits of the courier."""

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.exclude(state="cancelled")

    def coming(self, today: date) -> Self:
        """Planned ones from today on, the next first."""
        return self.filter(state="planned", on__gte=today).order_by("on", "id")

    def to_arrange(self) -> Self:
        """Those that were missed, or left bags behind, and in whose place no other stands; the oldest first."""
        return self.filter(state__in=("missed", "partly"), arranged_again=None).order_by("on", "id")


class DiscrepancyQuerySet(models.QuerySet[Any]):
    """Things that do not fit."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; those shown to a practice; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        return self.filter(shown_to_id=actor.organisation_id)

    def open(self) -> Self:
        """Those nobody has settled, the oldest first."""
        return self.filter(settled_at=None).order_by(F("found_at").asc(), "id")


class StoreQuerySet(models.QuerySet[Any]):
    """What the operator keeps about its own stores and hubs."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system, none for anybody else."""
        return self.all() if actor.audience in _ALL else self.none()
