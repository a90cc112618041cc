"""How one organisation orders."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.models.order import SubstitutesChoice


class SuppliesAccount(models.Model):
    """An organisation's ordering rules. Its row is the lock that keeps two orders of one site apart."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    approval_required = models.BooleanField(default=False)
    substitutes = models.TextField(
        choices=SubstitutesChoice.choices, default=SubstitutesChoice.ASK, db_default=SubstitutesChoice.ASK
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(substitutes__in=SubstitutesChoice.values), name="account_substitutes_known"
            )
        ]

    def __str__(self) -> str:
        return f"ordering rules of {self.organisation_id}"
