"""Machines, and what they were answered."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.records.api import Holder

_SCOPES = ["scans", "movements", "registrations"]


def new_machine_reference() -> str:
    """MC and eight random characters."""
    return new_reference("MC")


class Machine(models.Model):
    """A program that the operator has admitted, with its token. Only the token's digest is kept (ASVS 11.4).

    ``place`` is where, or for which courier, it scans: it can scan for nobody else. ``token_ends_on`` is the last day
    on which the token is good. A machine that ``uses_page`` is a courier's phone or hand scanner with the scanning
    page: its token is in a cookie there, and good for that page alone. It is set up by a link that is good once, until
    ``link_ends_at``; before that it has a token that nobody knows.
    """

    reference = models.TextField(unique=True, default=new_machine_reference)
    name = models.TextField()
    scopes = ArrayField(models.TextField())
    place = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    token_digest = models.BinaryField(unique=True)
    token_begins = models.TextField()
    token_ends_on = models.DateField()
    admitted_at = models.DateTimeField(default=timezone.now)
    admitted_by_name = models.TextField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)
    uses_page = models.BooleanField(default=False)
    link_digest = models.BinaryField(unique=True, null=True, blank=True)
    link_ends_at = models.DateTimeField(null=True, blank=True)
    set_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses_page=False, link_digest=None, set_up_at=None)
                | Q(uses_page=True, scopes=["movements", "scans"]),
                name="machine_page_is_for_scans",
            ),
            models.CheckConstraint(
                condition=Q(link_digest=None, link_ends_at=None)
                | Q(link_digest__isnull=False, link_ends_at__isnull=False, ended_at=None),
                name="machine_link_has_an_end",
            ),
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at=None), name="machine_name_once"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=_SCOPES) & ~Q(scopes=[]), name="machine_scopes_known"
            ),
            models.CheckConstraint(
                condition=~Q(scopes__contains=["scans"]) | Q(place__isnull=False), name="machine_scans_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="machine_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GivenAnswer(models.Model):
    """What a request with an idempotency key was answered, kept for some days: the same key gets it again (R3)."""

    machine = models.ForeignKey(Machine, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.TextField()
    key = models.TextField()
    request_digest = models.BinaryField()
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["machine", "path", "key"], name="answered_once")]
        indexes = [models.Index(fields=["given_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.path} {self.status}"


class Pace(models.Model):
    """How far a machine has spent its requests (``portal.machines.pace``). The table is unlogged: see its migration."""

    machine = models.OneToOneField(Machine, on_delete=models.CASCADE, primary_key=True, related_name="+")
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.machine_id} {self.free_at}"
