"""Two patients who are said to be one: somebody proposes it, somebody else decides (J26)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.records.registrations.models.patient import RegisteredPatient
from portal.records.registrations.models.registration_event import RegistrationEvent
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_joining_reference
from portal.records.registrations.states import CAME_TO_NOTHING, JOINING

BIRTH_DATE_OF = {"": "The two have the same, or one has none", "old": "The old number's", "new": "The new number's"}


class PatientJoining(models.Model):
    """That ``joined``, who has the number that was replaced, is ``survivor``, who has the new one.

    ``birth_date_of`` says whose date of birth is right, where the two have different ones. One that was refused, or
    taken back by who proposed it, stays; the same question may be proposed again when somebody has found out more.
    ``decided_*`` and ``note`` say who ended it and why, whichever way.
    """

    reference = models.TextField(unique=True, default=new_joining_reference)
    question = models.ForeignKey(RegistrationEvent, on_delete=models.PROTECT, related_name="joinings")
    joined = models.ForeignKey(RegisteredPatient, on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey(RegisteredPatient, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=JOINING.choices, default=JOINING.initial)
    birth_date_of = models.TextField(choices=list(BIRTH_DATE_OF.items()), blank=True)
    reason = models.TextField()
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by_id = models.BigIntegerField()
    proposed_by_name = models.TextField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[PatientJoining]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(state="waiting"), name="joining_waits_once"),
            models.UniqueConstraint(
                fields=["joined"], condition=~Q(state__in=CAME_TO_NOTHING), name="joining_once_of_each"
            ),
            models.CheckConstraint(condition=Q(state__in=list(JOINING.states)), name="joining_state_known"),
            models.CheckConstraint(condition=Q(birth_date_of__in=list(BIRTH_DATE_OF)), name="joining_birth_date_known"),
            models.CheckConstraint(condition=~Q(joined=F("survivor")), name="joining_is_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="joining_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by_id=None)
                | Q(state="taken_back", decided_by_id=F("proposed_by_id"))
                | (~Q(state="taken_back") & ~Q(decided_by_id=F("proposed_by_id"))),
                name="joining_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by_id=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False, decided_by_id__isnull=False) & ~Q(note="")),
                name="joining_decision_whole",
            ),
        ]
        triggers: ClassVar = [JOINING.trigger()]

    def __str__(self) -> str:
        return self.reference

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor proposed it."""
        return actor.user_id is not None and actor.user_id == self.proposed_by_id

    @property
    def state_label(self) -> str:
        """The state in words."""
        return JOINING.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return JOINING.states[self.state].colour
