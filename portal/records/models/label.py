"""The label of a bag: a bar code that names the bag, and nothing of the patient."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.records.models.movement import Bag
from portal.records.querysets import LabelQuerySet
from portal.records.reference import new_label_code


class Label(models.Model):
    """One label. A bag has one that counts at a time; a damaged or unused one is void, with the reason."""

    code = models.TextField(unique=True, default=new_label_code)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="labels")
    made_at = models.DateTimeField(default=timezone.now)
    made_by_name = models.TextField()
    printed_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Label]] = LabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bag"], condition=Q(voided_at=None), name="label_that_counts"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="label_void_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def reference(self) -> str:
        """Its public reference: the code."""
        return self.code
