"""An invitation to have access. Everybody is invited, known to the portal or not, so nobody learns who is (J12)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from portal.accounts.models.membership import Membership
from portal.accounts.querysets import OfOrganisationQuerySet
from portal.accounts.states import INVITATION
from portal.organisations.models import Organisation


class Invitation(models.Model):
    """What somebody is to have, and where; it becomes a membership only when they accept.

    ``replaces_main_contact``: accepting ends the present Main Contact's role in the same transaction, so that
    there are never two and never a gap; ``case_reference`` is the verified request behind it. ``user`` is who
    accepted. Only the token's hash is kept.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    email = models.EmailField()
    title = models.TextField(blank=True)
    forename = models.TextField()
    surname = models.TextField()
    telephone = models.TextField(blank=True)
    mobile = models.TextField(blank=True)
    roles = ArrayField(models.TextField())
    ends_on = models.DateField(null=True, blank=True)
    invited_by_id = models.BigIntegerField(null=True, blank=True)
    invited_by_name = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    token_hash = models.TextField(unique=True)
    state = models.TextField(choices=INVITATION.choices, default=INVITATION.initial)
    settled_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    replaces_main_contact = models.BooleanField(default=False)
    case_reference = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Invitation]] = OfOrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="invitation_by_organisation")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(INVITATION.states)), name="invitation_state_known"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower_case"),
            models.CheckConstraint(condition=~(Q(telephone="") & Q(mobile="")), name="invitation_has_a_number"),
            models.CheckConstraint(condition=~Q(roles=[]), name="invitation_gives_something"),
            models.CheckConstraint(
                condition=Q(state="accepted", user__isnull=False) | ~Q(state="accepted") & Q(user__isnull=True),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | ~Q(state="waiting") & Q(settled_at__isnull=False),
                name="invitation_settled_when",
            ),
            models.CheckConstraint(
                condition=Q(replaces_main_contact=False) | Q(roles__contains=["main_contact"]) & ~Q(case_reference=""),
                name="invitation_main_contact_has_a_case",
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(state="waiting"), name="invitation_one_waiting"
            ),
        ]
        triggers: ClassVar = [INVITATION.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """The name as the inviter typed it."""
        return " ".join(part for part in (self.title, self.forename, self.surname) if part)

    @property
    def is_over(self) -> bool:
        """Whether its time has passed, whatever its state says."""
        return self.expires_at <= timezone.now()


class SecureQuarantine(models.Model):
    """Some days without ordering numbered forms, after a change a thief could have brought about (trust 2.5).

    For one membership (a new Main Contact), or for the whole organisation when ``membership`` is None.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    because = models.TextField()
    case_reference = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="quarantine_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} until {self.until}"
