"""An order of secure stationery that waits for a second person of the operator (J5, trust 2.5, I11)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.serials.querysets import SerialQuerySet
from portal.serials.states import SECURE_RELEASE
from portal.supplies.models import Consignment, Order


class SecureRelease(models.Model):
    """Why the order waits, and who decided. ``reasons`` are the sentences as they were when it was placed."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="secure_release")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=SECURE_RELEASE.choices, default=SECURE_RELEASE.initial)
    reasons = ArrayField(models.TextField())
    asked_at = models.DateTimeField(default=timezone.now)
    placed_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[SecureRelease]] = SerialQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="release_waiting", condition=Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(SECURE_RELEASE.states)), name="release_state_known"),
            models.CheckConstraint(condition=Q(reasons__len__gte=1), name="release_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by_id=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False, decided_by_id__isnull=False) & ~Q(note="")),
                name="release_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("placed_by_id")),
                name="release_not_by_the_orderer",
            ),
        ]
        triggers: ClassVar = [SECURE_RELEASE.trigger()]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SECURE_RELEASE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return SECURE_RELEASE.states[self.state].colour


class ReceiptWatch(models.Model):
    """A case was opened because nobody confirmed a secure consignment in time: once for each."""

    consignment = models.OneToOneField(Consignment, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case_reference = models.TextField()
    opened_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[ReceiptWatch]] = SerialQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.consignment_id} {self.case_reference}"


class SignedDelivery(models.Model):
    """Somebody signed for a secure consignment; never changed."""

    consignment = models.OneToOneField(Consignment, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by_name = models.TextField()

    objects: ClassVar[models.Manager[SignedDelivery]] = SerialQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.consignment_id} signed"
