"""Whoever can have a part of a record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.organisations.models import Organisation

KINDS = {"practice": "A practice", "courier": "A courier", "hub": "The hub", "store": "The store"}


class Holder(models.Model):
    """A practice, a courier, a hub or a store. ``code`` is the ODS code of a practice, else the operator's own."""

    code = models.TextField(unique=True)
    kind = models.TextField(choices=KINDS)
    name = models.TextField()
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="holder_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="practice", organisation__isnull=False)
                | (~Q(kind="practice") & Q(organisation__isnull=True)),
                name="holder_practice_is_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def reference(self) -> str:
        """Its public reference: the code."""
        return self.code
