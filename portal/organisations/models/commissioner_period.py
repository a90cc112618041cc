"""Who commissioned a practice, from when to when, as the membership history file says."""

from __future__ import annotations

from django.db import models


class CommissionerPeriod(models.Model):
    """One row of the membership history (epcmem).

    It names organisations by code, because the history holds thousands of practices that no other
    release lists any more; nothing of it may be lost for that.
    """

    organisation_code = models.TextField()
    commissioner_code = models.TextField()
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_code", "joined_on", "commissioner_code"], name="commissioner_period_once"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="commissioner_period_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_code} with {self.commissioner_code} from {self.joined_on}"
