"""A patient as the registers describe them: who they are, and at which practice."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.foundation.audit.looking import holds_patient
from portal.organisations.api import Organisation
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_patient_reference

# One step only: whoever looks for the patient of today never has to follow a chain, and there is no circle.
_ONE_STEP = """
perform pg_advisory_xact_lock(hashtextextended('superseded numbers', 0));
if new.merged_into_id is null then
    raise exception 'patient % was joined to another: that is for good', new.id using errcode = 'check_violation';
end if;
if exists (
    select 1 from registrations_registeredpatient other
    where (other.id = new.merged_into_id and other.merged_into_id is not null) or other.merged_into_id = new.id
) then
    raise exception 'patient % would be joined in two steps', new.id using errcode = 'check_violation';
end if;
return new;
"""


@holds_patient("nhs_number", "old_number", "family_name", "names", "born_on", "address_lines", "postcode", "has_died")
class RegisteredPatient(models.Model):
    """One patient. ``nhs_number`` is '' until an approval brings it; ``old_number`` is unique within its authority.

    ``registered_at`` is the practice of the newest acceptance that stands, and ``registered_since`` when its message
    was sent: an older message changes neither. ``record_at`` is the practice that holds the paper record as far as
    the registers tell, or the store when ``record_in_store``; neither, when nobody here knows.
    ``may_leave`` says that a warning stands that the patient may have left (FP69). ``merged_into`` is the patient that
    this one turned out to be: the row is history from then on, keeps its numbers, and leads there.
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
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )

    objects: ClassVar[models.Manager[RegisteredPatient]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            # Who looks for an old-style number does not know whose authority gave it.
            models.Index(fields=["old_number"], name="registered_by_old_number", condition=~Q(old_number="")),
            models.Index(fields=["merged_into"], name="registered_merged", condition=Q(merged_into__isnull=False)),
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
            models.CheckConstraint(
                condition=Q(merged_into=None)
                | Q(registered_at=None, record_at=None, record_in_store=False, may_leave=False),
                name="registered_merged_is_nowhere",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="enters_alone", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__merged_into__isnull=False)
            ),
            pgtrigger.Trigger(
                name="merged_in_one_step",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("merged_into_id"),
                condition=pgtrigger.Condition("NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id"),
                func=_ONE_STEP,
            ),
        ]

    def __str__(self) -> str:
        return self.reference  # never a name or a number: this text ends up in logs
