"""A case: a piece of work the operator does for somebody, with a reference (J20, J22)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.casework.querysets import CaseQuerySet
from portal.casework.states import CASE, OPEN_STATES
from portal.casework.words import keeps_words
from portal.organisations.models import Organisation

_NEXT = {
    "received": "Somebody of the operator's support team takes it and looks into it.",
    "in_progress": "The person named above looks into it and answers here. An e-mail says when.",
    "waiting": "As soon as that is there, the operator's support team goes on.",
    "resolved": "If the answer settles it, say so. If it does not, open it again and say what is still wrong.",
    "closed": "Nothing. It is settled.",
    "merged": "The other case is worked on. It has the same news for you.",
}
PARTIES = {
    "requester": "Whoever asked",
    "commissioner": "The commissioner",
    "ods": "The Organisation Data Service",
    "carrier": "The carrier",
    "other": "Somebody else",
}
CHANNELS = {"portal": "Portal", "email": "E-mail", "telephone": "Telephone", "system": "The portal itself"}


class Case(models.Model):
    """What was asked or reported, about what, by whom, who works on it, by when, and the answer.

    ``organisation`` is whose case it is: its people may read it. It is null for somebody who is not
    signed in: they have not proved where they belong, and read it through a link. What a change
    request would change stands on the request, not here. ``commissioner`` decides it, where one must.

    ``about_type`` and ``about_reference`` name a thing without a foreign key: casework knows no other feature.
    ``payload`` holds what the reporting feature knows in a form that programs read, such as packs missing by item.

    The clock (J22): ``first_reply_due_on`` and ``due_on`` are working days; while the case waits for a named
    ``waiting_party`` it stands still from ``paused_on``, and ``due_on`` moves when it goes on. The wait runs out
    when ``waiting_until`` is over; ``waited_in_vain_for`` says whom for, until somebody does something about it.
    ``next_action_on`` is the day its owner or its queue has said to look at it again.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    commissioner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    kind = models.TextField()
    enquiry_type = models.TextField(blank=True)
    channel = models.TextField(choices=CHANNELS, default="portal")
    subject = models.TextField()
    details = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True)
    about_type = models.TextField(blank=True)
    about_reference = models.TextField(blank=True)
    state = models.TextField(choices=CASE.choices, default=CASE.initial)
    state_since = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by_id = models.BigIntegerField(null=True)
    opened_by_name = models.TextField()
    opened_by_email = models.TextField(blank=True)
    queue = models.TextField(default="support")
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.TextField(blank=True)
    next_action_on = models.DateField(null=True, blank=True)
    first_reply_due_on = models.DateField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    paused_days = models.PositiveIntegerField(default=0)
    waiting_party = models.TextField(choices=PARTIES, blank=True)
    waiting_for = models.TextField(blank=True)
    waiting_until = models.DateField(null=True, blank=True)
    waited_in_vain_for = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Case]] = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-id"], name="case_by_organisation"),
            models.Index(
                fields=["commissioner", "-id"], name="case_by_commissioner", condition=Q(commissioner__isnull=False)
            ),
            models.Index(fields=["state", "id"], name="case_queue"),
            models.Index(
                fields=["queue", "next_action_on", "id"], name="case_to_do", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["owner_id", "next_action_on"], name="case_of_owner", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(fields=["waiting_until"], name="case_waits", condition=Q(state="waiting")),
            models.Index(fields=["next_action_on", "id"], name="case_next", condition=Q(state__in=OPEN_STATES)),
            # What the desk filters all cases there ever were by, the newest first.
            models.Index(fields=["kind", "-id"], name="case_by_kind"),
            models.Index(fields=["queue", "-id"], name="case_by_queue"),
            models.Index(fields=["owner_id", "-id"], name="case_by_owner"),
            models.Index(fields=["first_reply_due_on"], name="case_by_first_reply"),
            models.Index(fields=["due_on"], name="case_by_due"),
            models.Index(fields=["opened_by_email"], name="case_by_requester"),
            models.Index(fields=["about_type", "about_reference"], name="case_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CASE.states)), name="case_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["in_progress"]) | Q(owner_id__isnull=False), name="case_has_an_owner"
            ),
            models.CheckConstraint(condition=~Q(queue=""), name="case_has_a_queue"),
            # A pause without the party it waits for would be a clock somebody stopped to look good (J22).
            models.CheckConstraint(
                condition=Q(state="waiting", paused_on__isnull=False) & ~Q(waiting_for="") & ~Q(waiting_party="")
                | ~Q(state="waiting") & Q(paused_on__isnull=True),
                name="case_pauses_only_while_waiting_for_somebody",
            ),
            # A wait without an end would be forgotten.
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_until__isnull=False)
                | ~Q(state="waiting") & Q(waiting_until__isnull=True),
                name="case_waits_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(waited_in_vain_for="") | Q(state__in=["received", "in_progress"]),
                name="case_waited_in_vain_is_somebody_s_turn",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_STATES) | Q(next_action_on__isnull=False), name="case_has_a_next_action"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "closed"]) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="case_is_answered",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) & ~Q(state="merged")
                | (Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=F("id"))),
                name="case_merged_names_the_other",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5), rated_at__isnull=False),
                name="case_rating_one_to_five",
            ),
        ]
        triggers: ClassVar = [CASE.trigger(), keeps_words()]

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

    def is_late(self, today: date) -> bool:
        """Whether its day to be settled is over. A case that waits for somebody is not late."""
        return self.state in ("received", "in_progress") and self.due_on is not None and self.due_on < today
