"""Who prescribes at a site, since when and until when; pads with their name on; the pads of those who left (J24)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.serials.querysets import SerialQuerySet
from portal.serials.states import PAD_TASK
from portal.supplies.models import CatalogueItem, OrderLine

# A pad is for somebody who prescribes on the day it is planned to arrive, whatever program writes the row.
_ACTIVE_THEN = """
    IF NOT EXISTS (
        SELECT 1 FROM serials_prescriber p WHERE p.id = NEW.prescriber_id AND p.organisation_id = NEW.organisation_id
        AND p.joined_on <= NEW.planned_on AND (p.left_on IS NULL OR p.left_on >= NEW.planned_on)
    ) THEN
        RAISE EXCEPTION 'prescriber % is not active on %', NEW.prescriber_id, NEW.planned_on
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Profession(models.TextChoices):
    """What a prescriber is; it decides which form is theirs."""

    DOCTOR = "doctor", "Doctor"
    DENTIST = "dentist", "Dentist"
    NURSE = "nurse", "Nurse or midwife"
    PHARMACIST = "pharmacist", "Pharmacist"
    OPTOMETRIST = "optometrist", "Optometrist"
    OTHER = "other", "Another prescriber"


class _Days(Func):
    """From the first to the last day, both included; open without a last day."""

    function = "daterange"
    output_field = DateRangeField()


class Prescriber(models.Model):
    """One prescriber at one site. ``left_on`` is the last day. ``number`` is the code that is printed on the form."""

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.TextField()
    profession = models.TextField(choices=Profession.choices)
    name = models.TextField()
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by_name = models.TextField()

    objects: ClassVar[models.Manager[Prescriber]] = SerialQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="prescriber_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (_Days("joined_on", "left_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="prescriber_order"),
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Z0-9]{4,12}$"), name="prescriber_number_shape"),
            models.CheckConstraint(condition=~Q(name=""), name="prescriber_has_a_name"),
            models.CheckConstraint(condition=Q(profession__in=Profession.values), name="prescriber_profession_known"),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_active_on(self, day: date) -> bool:
        """Whether they prescribe at the site on that day."""
        return self.joined_on <= day and (self.left_on is None or self.left_on >= day)


class PrescriberName(models.Model):
    """What a prescriber is called from a day on; never changed."""

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="names")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    from_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by_name = models.TextField()

    objects: ClassVar[models.Manager[PrescriberName]] = SerialQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "id"]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.prescriber_id} from {self.from_on}"


class PadChoice(models.Model):
    """For whom somebody wants the pads in their basket; gone when they are ordered."""

    user_id = models.BigIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[PadChoice]] = SerialQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "organisation", "item"], name="pad_choice_once")]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.prescriber_id}"


class PadOrder(models.Model):
    """An order line of pads with a name on. ``planned_on`` is the day it is planned to arrive."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="pad_order")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="+")
    printed_name = models.TextField()
    planned_on = models.DateField()

    objects: ClassVar[models.Manager[PadOrder]] = SerialQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="active_then",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_ACTIVE_THEN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_id} for {self.prescriber_id}"


class PadTask(models.Model):
    """The pads of somebody who leaves are destroyed or sent back; closed only with an outcome."""

    prescriber = models.OneToOneField(Prescriber, on_delete=models.PROTECT, related_name="pad_task")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=PAD_TASK.choices, default=PAD_TASK.initial)
    due_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    outcome = models.TextField(blank=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager[PadTask]] = SerialQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="pad_task_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, outcome="")
                | (Q(state="closed", closed_at__isnull=False) & ~Q(outcome="") & ~Q(note="")),
                name="pad_task_closes_with_an_outcome",
            )
        ]
        triggers: ClassVar = [PAD_TASK.trigger()]

    def __str__(self) -> str:
        return f"pads of {self.prescriber_id}: {self.state}"
