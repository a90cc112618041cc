"""Reads for the staff's pages of registration events."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.records.registrations.effects import NEEDS_PERSON
from portal.records.registrations.models import (
    PatientJoining,
    RegistrationEvent,
    RegistrationImport,
    RejectedTransaction,
)
from portal.records.registrations.permissions import VIEW_IMPORTS


def imports(actor: Actor, *, only_rejected: bool) -> QuerySet[RegistrationImport]:
    """The files offered, the newest first. Raises Refused."""
    actor.require(VIEW_IMPORTS)
    found = RegistrationImport.objects.visible_to(actor)  # type: ignore[attr-defined]
    return (found.filter(rejected__gt=0) if only_rejected else found).order_by("-started_at", "-id")  # type: ignore[no-any-return]


def import_with(actor: Actor, reference: str) -> RegistrationImport:
    """One file. Raises Refused, and NotFound."""
    actor.require(VIEW_IMPORTS)
    found = RegistrationImport.objects.visible_to(actor).filter(reference=reference).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def rejections(source: RegistrationImport) -> QuerySet[RejectedTransaction]:
    """What could not be taken of a file, in its order."""
    return source.rejections.order_by("id")


def open_questions(actor: Actor) -> QuerySet[RegistrationEvent]:
    """Events that only a person can bring to an end, the oldest first. Raises Refused."""
    actor.require(VIEW_IMPORTS)
    found = RegistrationEvent.objects.visible_to(actor).filter(effect__in=NEEDS_PERSON)  # type: ignore[attr-defined]
    waiting = PatientJoining.objects.filter(question=OuterRef("pk"), state="waiting")  # asked about again
    found = found.annotate(is_proposed=Exists(waiting)).filter(Q(settled_at=None) | Q(is_proposed=True))
    return found.select_related("practice", "patient").order_by("sent_at", "id")  # type: ignore[no-any-return]


def open_question(actor: Actor, reference: str) -> RegistrationEvent:
    """One event that waits for a person. Raises Refused, and NotFound when there is none or it is settled."""
    found = open_questions(actor).filter(reference=reference, settled_at=None).first()
    if found is None:
        raise NotFound("This event does not wait for a person, or somebody has settled it.")
    return found
