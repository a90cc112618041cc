"""A request or an enquiry that is not sent yet: save it and come back (J13-J20)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework.models.case import Case
from portal.casework.querysets import DraftQuerySet
from portal.organisations.models import Organisation

PURPOSES = {"draft": "Go on with a request", "case": "Read a case", "freeze": "Stop a change"}


class RequestDraft(models.Model):
    """The answers so far, by step. It belongs to a signed-in person at an organisation, or to a confirmed address.

    ``journey`` is the code of a guided journey. ``case`` is set when it was sent, which happens once.
    """

    reference = models.TextField(unique=True)
    journey = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    email = models.EmailField(blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="draft", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects: ClassVar[models.Manager[RequestDraft]] = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user_id__isnull=False, organisation__isnull=False) | ~Q(email=""),
                name="draft_belongs_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(user_id__isnull=False) | Q(email_confirmed_at__isnull=False),
                name="draft_sent_only_when_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return self.reference


class EmailLink(models.Model):
    """A link in an e-mail that proves the address, and lets one person do one thing, for a while.

    Only the SHA-256 of the token is kept. ``purpose`` draft: go on with a draft; case: read and answer a case;
    freeze: stop a change (it can approve nothing). ``subject`` is the reference of the draft or the case.
    """

    token_hash = models.TextField(unique=True)
    purpose = models.TextField(choices=PURPOSES)
    subject = models.TextField(db_index=True)
    email = models.EmailField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="email_link_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"
