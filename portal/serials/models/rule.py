"""How the numbers of a form are written and checked: asked for by one person, agreed with by another, kept for ever."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.serials.check_digits import KINDS, CheckRule
from portal.serials.numbers import MOST_DIGITS, SerialFormat
from portal.serials.states import SERIAL_RULE
from portal.supplies.models import CatalogueItem


class SerialRule(models.Model):
    """One format of one form. ``kind`` names the algorithm, and the weights are written out: they never change.

    ``examples`` are numbers of real forms that fitted when it was asked for; ``second_example`` is one that the second
    person typed. A form has one rule in force, and one that waits, at most.
    """

    reference = models.TextField(unique=True)
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=SERIAL_RULE.choices, default=SERIAL_RULE.initial)
    digits = models.PositiveSmallIntegerField()
    check_digits = models.PositiveSmallIntegerField()
    kind = models.TextField()
    weights = ArrayField(models.PositiveSmallIntegerField(), default=list)
    modulus = models.PositiveSmallIntegerField(null=True)
    characters = models.TextField(blank=True, default="")
    cross_sum = models.BooleanField(default=False)
    examples = ArrayField(models.TextField())
    reason = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_id = models.BigIntegerField()
    asked_by_name = models.TextField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True, default="")
    second_example = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(state="in_force"), name="one_serial_rule_in_force"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="waiting"), name="one_serial_rule_waits"),
            models.CheckConstraint(condition=Q(state__in=list(SERIAL_RULE.states)), name="serial_rule_state_known"),
            models.CheckConstraint(
                condition=Q(digits__lte=MOST_DIGITS, check_digits__lt=F("digits")), name="serial_rule_digits"
            ),
            models.CheckConstraint(
                condition=Q(kind="none", modulus=None, weights=[], characters="")
                | (
                    Q(kind__in=[kind for kind in KINDS if kind != "none"], check_digits=1, modulus__gte=2)
                    & Q(weights__len=F("digits") - 1)
                    & ~Q(characters="")
                ),
                name="serial_rule_check_whole",
            ),
            models.CheckConstraint(condition=Q(examples__len__gte=2) & ~Q(reason=""), name="serial_rule_tried"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by_id=None)
                | Q(state="rejected", decided_at__isnull=False, decided_by_id__isnull=False)
                | (
                    Q(state__in=["in_force", "replaced"], decided_at__isnull=False, decided_by_id__isnull=False)
                    & ~Q(second_example="")
                ),
                name="serial_rule_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "rejected"]) | ~Q(decided_by_id=F("asked_by_id")),
                name="serial_rule_agreed_by_another",
            ),
        ]
        triggers: ClassVar = [
            SERIAL_RULE.trigger(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # What was asked for is what is agreed with, and what receipts were taken under.
            pgtrigger.ReadOnly(
                name="as_it_was_asked_for",
                fields=[
                    "item", "digits", "check_digits", "kind", "weights", "modulus", "characters", "cross_sum",
                    "examples", "reason", "asked_at", "asked_by_id", "asked_by_name",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    @property
    def written(self) -> SerialFormat:
        """The format as numbers are read by."""
        check = None
        if self.modulus is not None:
            check = CheckRule(
                weights=self.weights, modulus=self.modulus, characters=self.characters, cross_sum=self.cross_sum
            )
        return SerialFormat(digits=self.digits, check_digits=self.check_digits, check=check)

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SERIAL_RULE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return SERIAL_RULE.states[self.state].colour
