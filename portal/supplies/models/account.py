"""How one organisation orders."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.organisations.models import Organisation


class SuppliesAccount(models.Model):
    """An organisation's ordering rules. Its row is the lock that keeps two orders of one site apart."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    approval_required = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"ordering rules of {self.organisation_id}"
