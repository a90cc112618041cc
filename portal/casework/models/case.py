"""A case: a piece of work the operator does for somebody, with a reference (J20)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework.querysets import CaseQuerySet
from portal.casework.states import CASE
from portal.organisations.models import Organisation

_NEXT = {
    "received": "Somebody of the operator's support team takes it and looks into it.",
    "in_progress": "The person named above looks into it and answers here. An e-mail says when.",
    "waiting": "As soon as that is there, the operator's support team goes on.",
    "resolved": "If the answer settles it, say so. If not, report what is still wrong from the same order.",
    "closed": "Nothing. It is settled.",
}


class Case(models.Model):
    """What was reported, about what, by whom, who looks into it, and the answer.

    ``about_type`` and ``about_reference`` name the thing without a foreign key: casework knows no other feature.
    ``payload`` holds what the reporting feature knows in a form that programs read, such as packs missing by item.
    ``state_since`` is when the present holder got it.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    subject = models.TextField()
    details = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True)
    about_type = models.TextField()
    about_reference = models.TextField()
    state = models.TextField(choices=CASE.choices, default=CASE.initial)
    state_since = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by_id = models.BigIntegerField(null=True)
    opened_by_name = models.TextField()
    opened_by_email = models.TextField(blank=True)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.TextField(blank=True)
    waiting_for = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Case]] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-id"], name="case_by_organisation"),
            models.Index(fields=["state", "id"], name="case_queue"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CASE.states)), name="case_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["in_progress", "waiting"]) | Q(owner_id__isnull=False), name="case_has_an_owner"
            ),
            models.CheckConstraint(condition=~Q(state="waiting") | ~Q(waiting_for=""), name="case_waits_for_somebody"),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "closed"]) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="case_is_answered",
            ),
        ]
        triggers: ClassVar = [CASE.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return CASE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return CASE.states[self.state].colour

    @property
    def next_step(self) -> str:
        """What happens next and who does it (R8)."""
        return _NEXT[self.state]

    @property
    def holder(self) -> str:
        """Who has it now: the person where there is one."""
        if self.state == "waiting":
            return self.waiting_for
        if self.state == "in_progress":
            return self.owner_name
        return CASE.states[self.state].holder
