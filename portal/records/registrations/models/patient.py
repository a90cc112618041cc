"""A patient as the registers describe them: who they are, and at which practice."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.foundation.audit.looking import holds_patient
from portal.organisations.api import Organisation
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_patient_reference


@holds_patient("nhs_number", "old_number", "family_name", "names", "born_on", "address_lines", "postcode", "has_died")
class RegisteredPatient(models.Model):
    """One patient. ``nhs_number`` is '' until an approval brings it; ``old_number`` is unique within its authority.

    ``registered_at`` is the practice of the newest acceptance that stands, and ``registered_since`` when its message
    was sent: an older message changes neither. ``record_at`` is the practice that holds the paper record as far as
    the registers tell, or the store when ``record_in_store``; neither, when nobody here knows.
    ``may_leave_until`` is the end of an FP69 that stands.
    """

    reference = models.TextField(unique=True, default=new_patient_reference)
    nhs_number = models.TextField(blank=True)
    old_number = models.TextField(blank=True)
    authority = models.TextField(blank=True)
    family_name = models.TextField(blank=True)
    names = models.TextField(blank=True)
    born_on = models.DateField(null=True, blank=True)
    address_lines = ArrayField(models.TextField(), default=list, blank=True)
    postcode = models.TextField(blank=True)
    details_since = models.DateTimeField(null=True, blank=True)
    registered_at = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="registered_patients"
    )
    registered_since = models.DateTimeField(null=True, blank=True)
    record_at = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="records_by_register"
    )
    record_in_store = models.BooleanField(default=False)
    has_died = models.BooleanField(default=False)
    may_leave = models.BooleanField(default=False)
    may_leave_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RegisteredPatient]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            # Who looks for an old-style number does not know whose authority gave it.
            models.Index(fields=["old_number"], name="registered_by_old_number", condition=~Q(old_number="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(nhs_number__regex="^([0-9]{10})?$"), name="registered_number_shape"),
            models.UniqueConstraint(
                fields=["nhs_number"], condition=~Q(nhs_number=""), name="registered_once_by_nhs_number"
            ),
            models.UniqueConstraint(
                fields=["authority", "old_number"], condition=~Q(old_number=""), name="registered_once_by_old_number"
            ),
            models.CheckConstraint(
                condition=~Q(nhs_number="", old_number="", family_name=""), name="registered_is_somebody"
            ),
            models.CheckConstraint(
                condition=Q(record_in_store=False) | Q(record_at=None), name="registered_record_at_one_place"
            ),
        ]

    def __str__(self) -> str:
        return self.reference  # never a name or a number: this text ends up in logs
