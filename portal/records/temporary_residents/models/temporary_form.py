"""A temporary resident's form: one PDF about one patient, on its way to the practice where they are registered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.foundation.audit.looking import holds_patient
from portal.foundation.files import StoredFile
from portal.organisations.models import Organisation
from portal.records.querysets import OfPracticeQuerySet
from portal.records.temporary_residents.models.paper_bag import PaperBag
from portal.records.temporary_residents.querysets import FormQuerySet
from portal.records.temporary_residents.reference import new_form_reference
from portal.records.temporary_residents.states import AT_A_PRACTICE, FINAL, TEMPORARY_FORM, TO_ROUTE

FOUND_BY = {
    "register": "The registrations named the practice",
    "sender": "The sender named the practice",
    "operator": "The operator found the practice",
}
RETURN_REASONS = {
    "never_ours": "The patient was never registered with us",
    "left": "The patient has left us",
    "other_patient": "The form is about somebody else than the number says",
    "unreadable": "The form cannot be read",
}


@holds_patient("nhs_number", "born_on", reference="patient_reference")
class TemporaryForm(models.Model):
    """One form. ``destination`` is the practice that has it; the sender is never told which, unless it named it.

    ``patient_reference`` is that of the patient whom the registrations know by the number and the date of birth, or
    ''; it is no foreign key, because neither practice may read that patient's row. ``due_on`` is the day by which
    whoever has the form should have acted: the operator, or the practice. ``arrived_at`` is when the practice that
    has it got it. ``downloaded_at`` is the first download there, without which nobody can archive it. Some days after
    its end its content, the number and the date of birth are deleted; who sent it, who had it and when stays.
    """

    reference = models.TextField(unique=True, default=new_form_reference)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by_name = models.TextField()
    named = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    destination = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    found_by = models.TextField(blank=True)
    patient_reference = models.TextField(blank=True)
    nhs_number = models.TextField(blank=True)
    born_on = models.DateField(null=True, blank=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    bag = models.ForeignKey(PaperBag, on_delete=models.PROTECT, related_name="forms", null=True, blank=True)
    state = models.TextField(choices=TEMPORARY_FORM.choices, default=TEMPORARY_FORM.initial)
    state_since = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    remind_on = models.DateField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    downloaded_at = models.DateTimeField(null=True, blank=True)
    downloaded_by_name = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.TextField(blank=True)
    end_note = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[TemporaryForm]] = FormQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["destination", "state", "arrived_at"], name="temporary_received"),
            models.Index(fields=["sender", "-sent_at"], name="temporary_sent"),
            models.Index(fields=["due_on"], name="temporary_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["ended_at"], name="temporary_to_erase", condition=Q(erased_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(TEMPORARY_FORM.states)), name="temporary_state_known"),
            models.CheckConstraint(condition=Q(nhs_number__regex="^([0-9]{10})?$"), name="temporary_number_shape"),
            models.CheckConstraint(condition=Q(found_by__in=["", *FOUND_BY]), name="temporary_found_known"),
            models.CheckConstraint(
                condition=Q(state__in=AT_A_PRACTICE, destination__isnull=False, arrived_at__isnull=False)
                & ~Q(found_by="")
                | ~Q(state__in=AT_A_PRACTICE) & Q(destination=None, arrived_at=None, found_by=""),
                name="temporary_is_with_a_practice_or_none",
            ),
            models.CheckConstraint(
                condition=Q(destination=None) | ~Q(destination=F("sender")), name="temporary_goes_elsewhere"
            ),
            # Nobody archives what nobody there has downloaded.
            models.CheckConstraint(
                condition=Q(state__in=("downloaded", "archived"), downloaded_at__isnull=False)
                & ~Q(downloaded_by_name="")
                | ~Q(state__in=("downloaded", "archived")) & Q(downloaded_at=None, downloaded_by_name=""),
                name="temporary_downloaded_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, ended_at__isnull=False) & ~Q(ended_by_name="")
                | ~Q(state__in=FINAL) & Q(ended_at=None, ended_by_name=""),
                name="temporary_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", *TO_ROUTE), due_on__isnull=False)
                | ~Q(state__in=("waiting", *TO_ROUTE)) & Q(due_on=None),
                name="temporary_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, file__isnull=False, born_on__isnull=False) & ~Q(nhs_number="")
                | Q(erased_at__isnull=False, ended_at__isnull=False, file=None, born_on=None, nhs_number=""),
                name="temporary_is_there_or_erased",
            ),
        ]
        triggers: ClassVar = [TEMPORARY_FORM.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return TEMPORARY_FORM.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return TEMPORARY_FORM.states[self.state].colour

    @property
    def found_label(self) -> str:
        """How the practice was found, in words."""
        return FOUND_BY.get(self.found_by, "")


class FormDownload(models.Model):
    """Somebody opened the content. ``organisation`` is None for the operator's staff, who look for the practice."""

    form = models.ForeignKey(TemporaryForm, on_delete=models.PROTECT, related_name="downloads")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    downloaded_at = models.DateTimeField(default=timezone.now)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.TextField()

    objects: ClassVar[models.Manager[FormDownload]] = OfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.actor_name}"


class FormReturn(models.Model):
    """A practice said that the form is not for it; it is not given to it again."""

    form = models.ForeignKey(TemporaryForm, on_delete=models.PROTECT, related_name="returns")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(choices=list(RETURN_REASONS.items()))
    note = models.TextField(blank=True)
    returned_at = models.DateTimeField(default=timezone.now)
    returned_by_name = models.TextField()

    objects: ClassVar[models.Manager[FormReturn]] = OfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["form", "organisation"], name="temporary_returned_once_by_each"),
            models.CheckConstraint(condition=Q(reason__in=list(RETURN_REASONS)), name="temporary_return_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.reason}"
