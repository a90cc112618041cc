"""A register of ranges: each number of each form is in one row, and so in one place (R4)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.serials.models.rule import SerialRule
from portal.serials.querysets import SerialQuerySet
from portal.serials.states import SERIAL_RANGE
from portal.supplies.models import Box, CatalogueItem, Consignment, Store

# Deferred: a move first shrinks one row and then adds another; what counts is the end of the transaction.
_ADDS_UP = """
    receipt := COALESCE(NEW.receipt_id, OLD.receipt_id);
    -- The sum is over every site's rows, whoever moves theirs: the second wall (row security) steps aside for it.
    scope := COALESCE(current_setting('portal.scope', true), '');
    PERFORM set_config('portal.scope', 'system', true);
    SELECT upper(serials) - lower(serials) INTO wanted FROM serials_serialreceipt WHERE id = receipt;
    SELECT COALESCE(sum(upper(serials) - lower(serials)), 0) INTO held FROM serials_serialrange
        WHERE receipt_id = receipt;
    PERFORM set_config('portal.scope', scope, true);
    IF wanted IS DISTINCT FROM held THEN
        RAISE EXCEPTION 'serial ranges of receipt % hold % numbers, % were received', receipt, held, wanted;
    END IF;
    RETURN NULL;
"""
# The service locks the prescriber; this holds for every other program. A day of grace for time zones.
NOT_TO_A_LEAVER = """
    IF NEW.state = 'issued' AND NEW.prescriber_id IS NOT NULL
       AND (OLD.state <> 'issued' OR OLD.prescriber_id IS DISTINCT FROM NEW.prescriber_id)
       AND EXISTS (SELECT 1 FROM serials_prescriber p WHERE p.id = NEW.prescriber_id
                   AND (p.left_on < CURRENT_DATE - 1 OR p.organisation_id <> NEW.organisation_id)) THEN
        RAISE EXCEPTION 'prescriber % has left', NEW.prescriber_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
# A number lies in a box of the consignment that carries it; out of the consignment it is in no box.
IN_ITS_BOX = """
    IF NEW.box_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM supplies_box b WHERE b.id = NEW.box_id AND b.consignment_id = NEW.consignment_id
    ) THEN
        RAISE EXCEPTION 'serial numbers in a box of another consignment' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
# The service knows more about names; this holds for every other program.
BY_TWO_PEOPLE = """
    IF NEW.state = 'destroyed' AND OLD.state <> 'destroyed' AND (
        btrim(split_part(NEW.held_by, ', seen by ', 2)) = ''
        OR regexp_replace(lower(split_part(NEW.held_by, ', seen by ', 1)), '[^[:alnum:]]', '', 'g')
         = regexp_replace(lower(split_part(NEW.held_by, ', seen by ', 2)), '[^[:alnum:]]', '', 'g')) THEN
        RAISE EXCEPTION 'numbered forms are destroyed by two people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class SerialReceipt(models.Model):
    """One delivery from the printer: these numbers came in, never changed. A number comes in once.

    ``rule`` is how they were read then, and are read ever after; None stands for the table ``serials.toml``.
    """

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    serials = BigIntegerRangeField()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    received_by_name = models.TextField()
    delivery_note = models.TextField(blank=True)
    rule = models.ForeignKey(SerialRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="serial_received_once", expressions=[("item", RangeOperators.EQUAL), ("serials", "&&")]
            ),
            models.CheckConstraint(
                condition=Q(serials__isempty=False, serials__lower_inf=False, serials__upper_inf=False),
                name="serial_receipt_bounded",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.item_id} {self.serials}"


class SerialRange(models.Model):
    """Numbers that follow each other and are in one place, in one state.

    ``store`` while in a store; ``consignment`` while in one, ``box`` where it has several; ``organisation`` the site
    from then on. ``held_by`` is
    whom they were issued to, or who destroyed them; ``case_reference`` the report of missing forms.
    """

    receipt = models.ForeignKey(SerialReceipt, on_delete=models.PROTECT, related_name="ranges")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    serials = BigIntegerRangeField()
    state = models.TextField(choices=SERIAL_RANGE.choices, default=SERIAL_RANGE.initial)
    since = models.DateTimeField(default=timezone.now)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    box = models.ForeignKey(Box, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    held_by = models.TextField(blank=True)
    case_reference = models.TextField(blank=True)
    prescriber = models.ForeignKey(
        "serials.Prescriber", on_delete=models.PROTECT, related_name="ranges", null=True, blank=True
    )

    objects: ClassVar[models.Manager[SerialRange]] = SerialQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "item", "state"], name="serial_range_by_site"),
            models.Index(fields=["consignment"], name="serial_range_by_parcel", condition=Q(consignment__isnull=False)),
            models.Index(fields=["store", "item"], name="serial_range_by_store", condition=Q(state="in_store")),
        ]
        constraints = [
            ExclusionConstraint(
                name="serial_in_one_place", expressions=[("item", RangeOperators.EQUAL), ("serials", "&&")]
            ),
            models.CheckConstraint(
                condition=Q(serials__isempty=False, serials__lower_inf=False, serials__upper_inf=False),
                name="serial_range_bounded",
            ),
            models.CheckConstraint(condition=Q(state__in=list(SERIAL_RANGE.states)), name="serial_range_state_known"),
            models.CheckConstraint(
                condition=~Q(state="in_store") | Q(store__isnull=False, organisation__isnull=True),
                name="serial_in_store_has_a_store",
            ),
            models.CheckConstraint(
                condition=~Q(state="allocated") | Q(consignment__isnull=False, organisation__isnull=False),
                name="serial_allocated_has_a_consignment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["at_site", "issued"]) | Q(organisation__isnull=False),
                name="serial_at_site_has_a_site",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "destroyed"]) | ~Q(held_by=""), name="serial_issued_to_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["missing", "lost"]) | ~Q(case_reference=""), name="serial_missing_has_a_case"
            ),
        ]
        triggers: ClassVar = [
            SERIAL_RANGE.trigger(),
            pgtrigger.Trigger(
                name="not_to_a_leaver", when=pgtrigger.Before, operation=pgtrigger.Update, func=NOT_TO_A_LEAVER
            ),
            pgtrigger.Trigger(
                name="in_its_box",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("box_id", "consignment_id"),
                func=IN_ITS_BOX,
            ),
            pgtrigger.Trigger(
                name="by_two_people", when=pgtrigger.Before, operation=pgtrigger.Update, func=BY_TWO_PEOPLE
            ),
            pgtrigger.Trigger(
                name="adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("wanted", "bigint"), ("held", "bigint"), ("receipt", "bigint"), ("scope", "text")],
                func=_ADDS_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.serials} {self.state}"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SERIAL_RANGE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return SERIAL_RANGE.states[self.state].colour


class SerialMove(models.Model):
    """One move of some numbers; never changed. ``source`` and ``target`` are states, ``where`` the place in words."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    serials = BigIntegerRangeField()
    source = models.TextField(blank=True)
    target = models.TextField()
    where = models.TextField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    happened_at = models.DateTimeField(default=timezone.now)
    by_name = models.TextField()
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[SerialMove]] = SerialQuerySet.as_manager()

    class Meta:
        indexes = [
            GistIndex(fields=["item", "serials"], name="serial_move_by_number"),
            models.Index(fields=["organisation", "-id"], name="serial_move_by_site"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(target__in=list(SERIAL_RANGE.states)), name="serial_move_target_known"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.serials} {self.source} -> {self.target}"

    @property
    def target_label(self) -> str:
        """Where to, in words."""
        return SERIAL_RANGE.states[self.target].label
