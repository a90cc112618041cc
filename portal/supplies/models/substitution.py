"""What may be sent instead of what (data that staff keeps), and each time that it was offered or done."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.models.catalogue_item import CatalogueItem
from portal.supplies.models.order import OrderLine
from portal.supplies.querysets import SubstitutionQuerySet
from portal.supplies.states import SUBSTITUTION

# The services say it in words; this holds for every other program.
_NEVER_SECURE = """
    IF EXISTS (SELECT 1 FROM supplies_catalogueitem i WHERE i.id IN ({ids})
               AND (i.item_class = 'secure' OR i.serial_numbered)) THEN
        RAISE EXCEPTION 'secure stationery is never substituted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def _never_secure(ids: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="never_secure",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_NEVER_SECURE.format(ids=ids),
    )


class AllowedSubstitute(models.Model):
    """``packs`` packs of ``substitute`` may be sent instead of ``instead_of`` packs of ``item``, on these days."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="substitutes")
    substitute = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    packs = models.PositiveIntegerField(default=1)
    instead_of = models.PositiveIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    note = models.TextField(blank=True, default="")
    added_by_name = models.TextField()

    class Meta:
        ordering = ["item_id", "substitute__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "substitute"], name="substitute_allowed_once"),
            models.CheckConstraint(condition=Q(packs__gte=1, instead_of__gte=1), name="substitute_factor_positive"),
            models.CheckConstraint(condition=~Q(item=F("substitute")), name="substitute_is_another"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="substitute_valid_forwards"
            ),
        ]
        triggers: ClassVar = [_never_secure("NEW.item_id, NEW.substitute_id")]

    def __str__(self) -> str:
        return f"{self.packs} of {self.substitute_id} for {self.instead_of} of {self.item_id}"

    @property
    def factor_words(self) -> str:
        """``1 pack for 1`` in words."""
        return f"{self.packs} for {self.instead_of}"

    def is_valid_on(self, day: date) -> bool:
        """Whether it may be used on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def packs_for(self, wanted: int) -> int:
        """Packs of the substitute for so many of the item, never too few."""
        return -(-wanted * self.packs // self.instead_of)


class Substitution(models.Model):
    """One offer to send ``new_packs`` of ``item`` instead of ``packs`` that a line waits for, and what became of it.

    ``beforehand`` when the site had said yes for this order. ``answer_by`` is the last day of answering. When it is
    accepted, ``new_line`` is what is sent.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="substitutions")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    packs = models.PositiveIntegerField()
    new_packs = models.PositiveIntegerField()
    state = models.TextField(choices=SUBSTITUTION.choices, default=SUBSTITUTION.initial)
    beforehand = models.BooleanField(default=False)
    answer_by = models.DateField()
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_by_name = models.TextField()
    proposed_at = models.DateTimeField(default=timezone.now)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    new_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Substitution]] = SubstitutionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["answer_by"], name="substitution_due", condition=Q(state="asked"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(SUBSTITUTION.states)), name="substitution_state_known"),
            models.UniqueConstraint(fields=["line"], condition=Q(state="asked"), name="substitution_asked_once"),
            models.CheckConstraint(condition=Q(packs__gte=1, new_packs__gte=1), name="substitution_positive"),
            models.CheckConstraint(
                condition=Q(state="accepted", new_line__isnull=False) | (~Q(state="accepted") & Q(new_line=None)),
                name="substitution_accepted_is_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(answered_at=None, answered_by_id=None),
                name="substitution_asked_is_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_by_id=None) | Q(proposed_by_id=None) | ~Q(answered_by_id=F("proposed_by_id")),
                name="substitution_not_answered_by_proposer",
            ),
        ]
        triggers: ClassVar = [
            SUBSTITUTION.trigger(),
            _never_secure("NEW.item_id, (SELECT l.item_id FROM supplies_orderline l WHERE l.id = NEW.line_id)"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SUBSTITUTION.states[self.state].label
