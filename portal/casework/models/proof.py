"""What proves that a change was asked for by the right people: calls made and decisions taken (J21, J29)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework.models.case import Case
from portal.casework.querysets import OfCaseQuerySet
from portal.organisations.models import Organisation

NUMBER_SOURCES = {"directory": "The directory", "verified_contact": "A contact verified earlier"}
CALL_OUTCOMES = {
    "confirmed": "Somebody at the practice confirmed the change",
    "denied": "Somebody at the practice said that the change is not right",
    "could_not_confirm": "Nobody who could confirm or deny it was there",
    "no_answer": "Nobody answered",
    "wrong_number": "The number is not the practice's",
}
# What the caller asks, by code; the page shows the script in this order.
QUESTIONS = {
    "who": "Ask for the name and the position of the person you speak to.",
    "works_there": "Ask whether the nominee works there, and as what.",
    "knows": "Ask whether the practice knows of the request, without reading it out.",
    "manager": "Ask for a partner or the practice manager to confirm it.",
    "code": "Ask for the practice's ODS code and address. Do not offer them.",
}
DECISIONS = {
    "agreed": "Agreed",
    "queried": "Asked a question",
    "refused": "Refused",
    "approved": "Approved",
    "sent_back": "Sent back to be verified again",
    "unfrozen": "Let it go on",
}
DECIDERS = {"commissioner": "The commissioner", "operator": "The operator"}
_APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class CallAttempt(models.Model):
    """One call to verify a request; never changed. The number comes from the file, never from the request.

    ``asked`` lists the codes of the questions asked. The outcome is chosen; ``note`` alone settles nothing.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="calls")
    made_at = models.DateTimeField(default=timezone.now)
    made_by_id = models.BigIntegerField()
    made_by_name = models.TextField()
    number_source = models.TextField(choices=NUMBER_SOURCES)
    number = models.TextField()
    number_since = models.DateField(null=True, blank=True)
    outcome = models.TextField(choices=CALL_OUTCOMES)
    spoke_to = models.TextField(blank=True)
    position = models.TextField(blank=True)
    asked = ArrayField(models.TextField(), default=list, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[CallAttempt]] = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="call_has_a_number"),
            models.CheckConstraint(condition=Q(outcome__in=list(CALL_OUTCOMES)), name="call_outcome_chosen"),
            models.CheckConstraint(condition=Q(number_source__in=list(NUMBER_SOURCES)), name="call_number_on_file"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["confirmed", "denied"]) | (~Q(spoke_to="") & ~Q(position="")),
                name="call_names_who_confirmed",
            ),
        ]
        triggers: ClassVar = [_APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.outcome} {self.made_at:%Y-%m-%d %H:%M}"


class Decision(models.Model):
    """One decision on a request, with its reason; never changed. The request's own columns say what counts now."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by_id = models.BigIntegerField()
    decided_by_name = models.TextField()
    decider = models.TextField(choices=DECIDERS)
    outcome = models.TextField(choices=DECISIONS)
    reason = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Decision]] = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=list(DECISIONS)), name="decision_chosen"),
            models.CheckConstraint(
                condition=Q(outcome__in=["agreed", "approved"]) | ~Q(reason=""), name="decision_against_says_why"
            ),
        ]
        triggers: ClassVar = [_APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.decided_by_name}"


class VerifiedContact(models.Model):
    """A telephone number at which somebody of an organisation was verified, to be called again later."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    position = models.TextField(blank=True)
    telephone = models.TextField()
    verified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "telephone", "name"], name="verified_contact_once"),
            models.CheckConstraint(condition=~Q(telephone=""), name="verified_contact_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.organisation_id}"
