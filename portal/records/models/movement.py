"""A journey of a record from one holder to another, bag by bag (mission: movement)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.records.models.holder import Holder
from portal.records.models.record import PaperRecord, RecordPart
from portal.records.querysets import MovementQuerySet, OfMovementQuerySet
from portal.records.reference import new_movement_reference
from portal.records.states import FINAL, MOVEMENT, MOVEMENT_PRECEDENCE, SOUGHT

# Whose service levels it is counted in (``levels.py``). Said as COALESCE, row security would keep it from its index.
_COUNTED_FOR = Case(When(destination_organisation=None, then="origin_organisation"), default="destination_organisation")
REASONS = {
    "registration": "The patient registered elsewhere",
    "left": "The patient left and is registered nowhere",
    "death": "The patient died",
    "returning": "The patient registered again",
    "requested": "Asked for by a practice",
    "extra_notes": "Notes that belong to a record sent before",
    "misdelivered": "It had come to the wrong place",
    "closure": "The practice that has it closes",
    "search": "It was found again",
}
FLAGS = {
    "home_nation": "From or to Scotland, Wales or Northern Ireland: the printed electronic record goes with it",
    "digitised": "Digitised: expect the scans, not the paper",
    "no_paper": "No paper record: GP2GP only",
    "gp2gp_failed": "GP2GP failed: the printed electronic record goes with it",
    "reconstituted": "Put together anew because the original was lost",
}

_ANY = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
_PRECEDENCE = ", ".join(f"'{code}'" for code in MOVEMENT_PRECEDENCE)


def _state_is_the_bags(movement: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """At the end of a transaction a movement's state is that of its bags, whichever of the two was written."""
    return pgtrigger.Trigger(
        name="state_is_the_bags",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("wanted", "bigint"), ("said", "text"), ("derived", "text"), ("scope", "text")],
        func=f"""
            wanted := {movement};
            scope := COALESCE(current_setting('portal.scope', true), '');
            PERFORM set_config('portal.scope', 'system', true);
            SELECT m.state, (
                SELECT b.state FROM records_bag b WHERE b.movement_id = m.id
                ORDER BY array_position(ARRAY[{_PRECEDENCE}], b.state) LIMIT 1
            ) INTO said, derived FROM records_movement m WHERE m.id = wanted;
            PERFORM set_config('portal.scope', scope, true);
            IF said IS DISTINCT FROM derived THEN
                RAISE EXCEPTION 'movement % says %, its bags %', wanted, said, derived;
            END IF;
            RETURN NULL;
        """,  # noqa: S608  our own words
    )


class Movement(models.Model):
    """One journey. ``state`` is derived from its bags, and held to them by a trigger.

    ``origin_organisation`` and ``destination_organisation`` are those of the holders, for the scope of rows.
    ``expected_by`` is the day by which it should have arrived. ``wanted_reference`` is what the registers called for;
    ``follows`` the movement that this one sends on.
    """

    reference = models.TextField(unique=True, default=new_movement_reference)
    record = models.ForeignKey(PaperRecord, on_delete=models.PROTECT, related_name="movements")
    origin = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    destination_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    state = models.TextField(choices=MOVEMENT.choices, default=MOVEMENT.initial)
    state_since = models.DateTimeField(default=timezone.now)
    reason = models.TextField(choices=REASONS)
    flags = ArrayField(models.TextField(choices=FLAGS), default=list, blank=True)
    is_urgent = models.BooleanField(default=False)
    urgent_reason = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_name = models.TextField()
    asked_by_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    expected_by = models.DateField()
    wanted_reference = models.TextField(blank=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True, db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Movement]] = MovementQuerySet.as_manager()

    class Meta:
        indexes = [
            # Records In and Out in the order of their pages, with what their counts and the second wall ask.
            models.Index(
                fields=["destination_organisation", "-is_urgent", "expected_by", "id"],
                name="records_in",
                condition=Q(ended_at__isnull=True),
                include=["state", "origin_organisation"],
            ),
            models.Index(
                fields=["origin_organisation", "-is_urgent", "expected_by", "id"],
                name="records_out",
                condition=Q(ended_at__isnull=True),
                include=["state", "destination_organisation"],
            ),
            models.Index(
                fields=["destination_organisation", "-ended_at", "-id"],
                name="records_in_ended",
                condition=Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["origin_organisation", "-ended_at", "-id"],
                name="records_out_ended",
                condition=Q(ended_at__isnull=False),
            ),
            models.Index(fields=["destination_organisation", "-asked_at"], name="records_in_all"),
            models.Index(fields=["origin_organisation", "-asked_at"], name="records_out_all"),
            models.Index(fields=["expected_by", "id"], name="records_late", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["expected_by"], name="records_by_expected"),
            models.Index(_COUNTED_FOR, F("expected_by"), name="movement_counted"),
            models.Index(fields=["origin", "state"], name="records_from", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(MOVEMENT.states)), name="movement_state_known"),
            models.CheckConstraint(condition=Q(reason__in=list(REASONS)), name="movement_reason_known"),
            models.CheckConstraint(condition=~Q(origin=F("destination")), name="movement_goes_elsewhere"),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, ended_at__isnull=False) | (~Q(state__in=FINAL) & Q(ended_at=None)),
                name="movement_ends_with_its_last_bag",
            ),
            models.CheckConstraint(
                condition=Q(is_urgent=False) | ~Q(urgent_reason=""), name="movement_urgent_says_why"
            ),
            models.UniqueConstraint(
                fields=["wanted_reference"], condition=~Q(wanted_reference=""), name="movement_wanted_once"
            ),
        ]
        triggers: ClassVar = [_state_is_the_bags("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("state"))]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return MOVEMENT.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return MOVEMENT.states[self.state].colour


class Bag(models.Model):
    """One part on one movement. A part is on one movement at a time."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="bags")
    part = models.ForeignKey(RecordPart, on_delete=models.PROTECT, related_name="bags")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.TextField(choices=MOVEMENT.choices, default=MOVEMENT.initial)
    state_since = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Bag]] = OfMovementQuerySet.as_manager()

    class Meta:
        ordering = ["movement_id", "number"]
        indexes = [
            # Few of very many bags, in the order of the page.
            models.Index(fields=["state_since", "id"], name="bags_sought", condition=Q(state__in=SOUGHT)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["movement", "number"], name="bag_number_once"),
            models.UniqueConstraint(fields=["part"], condition=~Q(state__in=FINAL), name="part_on_one_movement"),
            models.CheckConstraint(condition=Q(state__in=list(MOVEMENT.states)), name="bag_state_known"),
        ]
        triggers: ClassVar = [
            MOVEMENT.trigger(),
            _state_is_the_bags("COALESCE(NEW.movement_id, OLD.movement_id)", _ANY),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} bag {self.number}"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return MOVEMENT.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return MOVEMENT.states[self.state].colour
