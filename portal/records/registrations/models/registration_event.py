"""One registration event, once, and what it did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.audit.looking import holds_patient
from portal.organisations.api import Organisation
from portal.records.registrations.effects import EFFECTS, WAITING
from portal.records.registrations.incoming import KINDS
from portal.records.registrations.models.imports import RegistrationImport
from portal.records.registrations.models.patient import RegisteredPatient
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_event_reference


@holds_patient("patient_number", "replaced_by", reference="patient.reference")
class RegistrationEvent(models.Model):
    """What one transaction said, and its effect. ``fingerprint`` is of all it said: the same never counts twice.

    ``replaced_by`` is the number that a message of the kind SUPERSEDED names as the new one.
    ``number`` is the transaction number, or what the sender calls it; transaction numbers of GP Links (``is_numbered``)
    begin again after 9,999,999, so a number alone names nothing. ``answers`` is the request that an F3, F4 or F11
    answers, set when both are here. ``settled_*`` say how a person brought an event to an end that the rules could
    not. ``sent_at`` orders events; where a file has none, it is when the event came.
    """

    reference = models.TextField(unique=True, default=new_event_reference)
    fingerprint = models.TextField(unique=True)
    kind = models.TextField(choices=KINDS)
    number = models.TextField()
    is_numbered = models.BooleanField()
    sender = models.TextField(blank=True)
    recipient = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    practice = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="registration_events"
    )
    patient = models.ForeignKey(
        RegisteredPatient, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    patient_number = models.TextField(blank=True)
    replaced_by = models.TextField(blank=True)
    authority = models.TextField(blank=True)
    acceptance_type = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    effective_on = models.DateField(null=True, blank=True)
    previous_practice = models.TextField(blank=True)
    new_authority = models.TextField(blank=True)
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by")
    effect = models.TextField(choices=EFFECTS)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.TextField(blank=True)
    settled_note = models.TextField(blank=True)
    came_with = models.ForeignKey(
        RegistrationImport, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )

    objects: ClassVar[models.Manager[RegistrationEvent]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="registration_kind"),
            models.CheckConstraint(
                condition=Q(effect__in=[each for each in EFFECTS if each != "already_imported"]),
                name="registration_effect",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by_name="", settled_note="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by_name="") & ~Q(settled_note="")),
                name="registration_settled_says_how",
            ),
            # Outside GP Links a sender's reference names one event for good.
            models.UniqueConstraint(
                fields=["sender", "number"], condition=Q(is_numbered=False), name="registration_reference_once"
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "recipient", "number", "-sent_at"], name="registration_by_number"),
            models.Index(fields=["effect"], condition=Q(effect__in=WAITING), name="registration_waiting"),
        ]

    def __str__(self) -> str:
        return self.reference
