"""A movement of a paper record that a registration calls for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.organisations.api import Organisation
from portal.records.registrations.models.patient import RegisteredPatient
from portal.records.registrations.models.registration_event import RegistrationEvent
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_wanted_reference


class WantedMovement(models.Model):
    """From one place to another; a place that is no practice is the store. At most one of a patient stands.

    ``movement_reference`` is the movement of the record that carries it out, once there is one.
    """

    reference = models.TextField(unique=True, default=new_wanted_reference)
    patient = models.ForeignKey(RegisteredPatient, on_delete=models.PROTECT, related_name="wanted_movements")
    origin = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="wanted_from"
    )
    destination = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="wanted_to"
    )
    wanted_by = models.ForeignKey(RegistrationEvent, on_delete=models.PROTECT, related_name="movements_started")
    wanted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        RegistrationEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="movements_ended"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    movement_reference = models.TextField(blank=True)

    objects: ClassVar[models.Manager[WantedMovement]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient"], condition=Q(ended_at=None), name="wanted_once_at_a_time"),
            models.CheckConstraint(
                condition=~Q(origin=F("destination")) & ~Q(origin=None, destination=None), name="wanted_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False), name="wanted_end_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
