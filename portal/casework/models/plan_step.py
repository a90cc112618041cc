"""The dated plan of a merger, closure or relocation: each step done by the worker or a person (J17, J18)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework import permissions as may
from portal.casework.models.case import Case
from portal.casework.querysets import OfCaseQuerySet
from portal.foundation.workflow import State, Workflow, steps

PLAN_STEP = Workflow(
    "plan step",
    states=(
        State(code="planned", label="To come", holder="The operator's data managers", colour="grey"),
        State(code="failed", label="Did not work", holder="The operator's data managers", colour="red"),
        State(code="done", label="Done", holder="Nobody: it is done", colour="green", final=True),
        State(code="skipped", label="Not needed", holder="Nobody: it is not needed", colour="grey", final=True),
    ),
    steps=(
        *steps(("planned", "failed"), "done", may.APPLY_CHANGE),
        *steps("planned", "failed", may.APPLY_CHANGE, told="owner"),
        *steps("failed", "planned", may.APPLY_CHANGE),
        *steps(("planned", "failed"), "skipped", may.APPLY_CHANGE),
    ),
)


class PlanStep(models.Model):
    """One step: what is done to what on which day, and how it went.

    ``action`` is the code of a registered action (``done_by_hand`` for one that a person does); ``target`` the
    ODS code it concerns. The unique key makes planning twice harmless. ``attempts`` and ``last_error`` say
    why it has not worked yet; ``progress`` is a sentence such as "3 of 7 orders redirected".
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plan")
    position = models.PositiveSmallIntegerField()
    action = models.TextField()
    target = models.TextField(blank=True)
    title = models.TextField()
    arguments = models.JSONField(default=dict, blank=True)
    due_on = models.DateField()
    state = models.TextField(choices=PLAN_STEP.choices, default=PLAN_STEP.initial)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    progress = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_name = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[PlanStep]] = OfCaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_on", "id"], name="plan_step_due", condition=Q(state="planned"))]
        constraints = [
            models.UniqueConstraint(fields=["case", "action", "target"], name="plan_step_once"),
            models.UniqueConstraint(fields=["case", "position"], name="plan_step_order"),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_at__isnull=False) & ~Q(done_by_name="")),
                name="plan_step_done_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(last_error=""), name="plan_step_says_why"),
        ]
        triggers: ClassVar = [PLAN_STEP.trigger()]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

    @property
    def state_label(self) -> str:
        """The state in words; a step that was begun and waits for somebody says so."""
        if self.waits:
            return "Waiting"
        return PLAN_STEP.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return "yellow" if self.waits else PLAN_STEP.states[self.state].colour

    @property
    def waits(self) -> bool:
        """Whether it was begun and somebody else has to do something; ``progress`` says who and what."""
        return self.state == "planned" and self.progress != ""
