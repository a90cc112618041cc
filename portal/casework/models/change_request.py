"""A change that somebody asks for: who may, who verified it, who approved it, when it takes effect (J13-J18, J21)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.casework.models.case import Case
from portal.casework.querysets import OfCaseQuerySet
from portal.casework.request_states import CHANGE_REQUEST, DECIDED_STATES
from portal.organisations.models import Organisation

REQUEST_KINDS = {
    "main_contact": "Change of Main Contact",
    "new_site": "New practice, pharmacy, dental or optical site",
    "extend_main_contact": "Main Contact for a further site",
    "new_branch": "New branch",
    "merger": "Merger of practices",
    "closure": "Closure",
    "relocation": "Relocation",
    "lost_factor": "Lost second factor",
}
_PAST_APPROVAL = ("cooling_off", "applying", "applied")


class ChangeRequest(models.Model):
    """One request for a change. Requester, caller and approver are three people; the database says so, too.

    ``organisation`` is the one that would change (None while it is not in the directory); ``subject_code`` the
    code of a site that is to be set up. ``answers`` holds the guided form's answers, step by step.
    ``requested_by_main_contact`` is whether the Main Contact of ``organisation`` asked, signed in: then nobody is
    surprised, and there is no cooling-off. ``telephone_called`` is where the verifying call went.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="request")
    kind = models.TextField(choices=REQUEST_KINDS)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    subject_code = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    state = models.TextField(choices=CHANGE_REQUEST.choices, default=CHANGE_REQUEST.initial)
    state_since = models.DateTimeField(default=timezone.now)
    requested_by_id = models.BigIntegerField(null=True, blank=True)
    requested_by_main_contact = models.BooleanField(default=False)
    effective_on = models.DateField(null=True, blank=True)
    short_notice_because = models.TextField(blank=True)
    commissioner_needed = models.BooleanField(default=False)
    commissioner_decided_by_id = models.BigIntegerField(null=True, blank=True)
    verification_needed = models.BooleanField(default=True)
    verified_by_id = models.BigIntegerField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    telephone_called = models.TextField(blank=True)
    approved_by_id = models.BigIntegerField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    cooling_off_until = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by_name = models.TextField(blank=True)
    frozen_because = models.TextField(blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[ChangeRequest]] = OfCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="change_request_queue"),
            models.Index(fields=["organisation", "state"], name="change_request_by_place"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CHANGE_REQUEST.states)), name="change_request_state"),
            models.CheckConstraint(condition=Q(kind__in=list(REQUEST_KINDS)), name="change_request_kind"),
            # Requester, caller and approver are three people (J21, trust 2.5).
            models.CheckConstraint(
                condition=Q(verified_by_id__isnull=True)
                | Q(requested_by_id__isnull=True)
                | ~Q(verified_by_id=F("requested_by_id")),
                name="change_request_not_verified_by_requester",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True)
                | Q(requested_by_id__isnull=True)
                | ~Q(approved_by_id=F("requested_by_id")),
                name="change_request_not_approved_by_requester",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True)
                | Q(verified_by_id__isnull=True)
                | ~Q(approved_by_id=F("verified_by_id")),
                name="change_request_not_approved_by_caller",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_PAST_APPROVAL) | Q(approved_by_id__isnull=False),
                name="change_request_approved_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approving", *_PAST_APPROVAL))
                | Q(verification_needed=False)
                | Q(verified_by_id__isnull=False),
                name="change_request_verified_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("verifying", "approving", *_PAST_APPROVAL))
                | Q(commissioner_needed=False)
                | Q(commissioner_decided_by_id__isnull=False),
                name="change_request_commissioner_first",
            ),
            models.CheckConstraint(
                condition=~Q(state="cooling_off") | Q(cooling_off_until__isnull=False),
                name="change_request_cools_until",
            ),
            models.CheckConstraint(
                condition=~Q(state="frozen") | Q(frozen_at__isnull=False) & ~Q(frozen_because=""),
                name="change_request_frozen_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False) | ~Q(state="applied"),
                name="change_request_applied_when",
            ),
            # Anybody may ask; only one request of a kind may be as far as approval (two attackers, two approvals).
            models.UniqueConstraint(
                fields=["organisation", "kind", "subject_code"],
                condition=Q(state__in=DECIDED_STATES),
                name="change_request_one_decided",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_code"],
                condition=Q(state__in=DECIDED_STATES) & ~Q(subject_code=""),
                name="change_request_one_decided_for_a_code",
            ),
        ]
        triggers: ClassVar = [CHANGE_REQUEST.trigger()]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"

    @property
    def reference(self) -> str:
        """The case's reference: events about the request are about its case."""
        return self.case.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return CHANGE_REQUEST.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return CHANGE_REQUEST.states[self.state].colour

    @property
    def holder(self) -> str:
        """Who has it now."""
        return CHANGE_REQUEST.states[self.state].holder
