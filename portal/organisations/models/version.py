"""What an organisation was, from when to when."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func

from portal.organisations.models.organisation import Organisation


class _Period(Func):
    """The days of a version as a range; the last day is not part of it."""

    function = "daterange"
    output_field = DateRangeField()


class OrganisationVersion(models.Model):
    """One period that is over, in which the releases said the same of an organisation.

    ``valid_from`` is the date of the earliest release that said it, ``valid_to`` (exclusive) the date of
    the release that said otherwise; the period that is not over is the organisation's own row.
    ``last_seen_on`` is the newest release that still said it: between then and ``valid_to`` nobody knows,
    which is how an older release, imported late, finds the gap it may fill.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="versions", db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField()
    last_seen_on = models.DateField()
    name = models.TextField()
    kind = models.TextField()
    status = models.TextField()
    address_lines = ArrayField(models.TextField(), default=list, blank=True)
    postcode = models.TextField(blank=True)
    postcode_is_valid = models.BooleanField(default=True)
    telephone = models.TextField(blank=True)
    parent_code = models.TextField(blank=True)
    commissioner_code = models.TextField(blank=True)
    geography_code = models.TextField(blank=True)
    region_code = models.TextField(blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    roles = ArrayField(models.TextField(), default=list, blank=True)

    class Meta:
        constraints = [
            # Checked at the end of the transaction, so that the bounds of neighbours may move one after the other.
            ExclusionConstraint(
                name="version_periods_apart",
                expressions=[("organisation", RangeOperators.EQUAL), (_Period("valid_from", "valid_to"), "&&")],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="version_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "valid_from"], name="version_by_organisation")]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from}"
