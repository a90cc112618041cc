"""A person at one organisation, with dates, and the roles held there."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from portal.accounts.querysets import MembershipQuerySet
from portal.foundation.access.roles import ROLES
from portal.organisations.models import Organisation


class _Period(Func):
    """The membership's dates as a range that includes both ends."""

    function = "daterange"
    output_field = DateRangeField()


class Membership(models.Model):
    """One person at one organisation from ``starts_on`` to ``ends_on`` (both included; None: no end set).

    ``reviewed_on`` is when somebody who manages users last said that the person still needs it (J12).
    """

    reference = models.TextField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    reviewed_on = models.DateField(default=timezone.localdate)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["organisation", "user"], name="membership_by_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_forwards"
            ),
            ExclusionConstraint(
                name="membership_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        _Period("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            # Lets a role grant prove that it names its membership's organisation.
            models.UniqueConstraint(fields=["id", "organisation"], name="membership_and_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.organisation_id}"

    def is_live(self, on: date) -> bool:
        """Whether the membership gives access on that day."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class RoleGrant(models.Model):
    """One role on one membership, from ``granted_at`` until ``ended_at`` (None: still held).

    ``organisation`` repeats the membership's (a composite foreign key in the first migration sees to
    it), so that "one Main Contact for each organisation" can be a unique index.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by_name = models.TextField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(ROLES)), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")), name="grant_forwards"
            ),
            models.UniqueConstraint(fields=["membership", "role"], condition=Q(ended_at=None), name="grant_once"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_at=None, role="main_contact"),
                name="one_main_contact_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.membership_id}"
