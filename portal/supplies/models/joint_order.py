"""One order for several sites of one person: what holds its deliveries together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.querysets import JointOrderQuerySet


class JointOrder(models.Model):
    """Orders of several sites that were placed together, each of them an order as any other (``Order.joint``).

    ``organisation`` is the site it was placed from, which need not be one that gets something. ``submission`` is the
    check page's token: the same submission makes one joint order (R3). ``deliveries`` is how many orders it has.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(unique=True)
    deliveries = models.PositiveSmallIntegerField()
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by_id = models.BigIntegerField()
    placed_by_name = models.TextField()

    objects: ClassVar[models.Manager[JointOrder]] = JointOrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(deliveries__gte=2), name="joint_order_of_several")]

    def __str__(self) -> str:
        return self.reference
