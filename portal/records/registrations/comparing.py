"""Two patients side by side, for whoever says whether they are one (J26)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, NotFound
from portal.records.models import Movement, PaperRecord, RecordPart
from portal.records.registrations.models import PatientJoining, RegisteredPatient, RegistrationEvent
from portal.records.registrations.pairs import ABOUT_TWO, JOINABLE, Pair, pair_of, pair_shown
from portal.records.registrations.permissions import JOIN_PATIENTS, VIEW_IMPORTS
from portal.records.registrations.states import CAME_TO_NOTHING


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: who it is, and what there is on paper."""

    patient: RegisteredPatient
    paper: PaperRecord | None
    parts: tuple[RecordPart, ...]
    movements: tuple[Movement, ...]
    ended: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The question with its newest proposal, and the two where they are known.

    ``hindrance`` says why they cannot be joined, '' when they can.
    """

    question: RegistrationEvent
    joining: PatientJoining | None
    pair: Pair | None
    old: Side | None
    new: Side | None
    hindrance: str = ""

    @property
    def waits(self) -> bool:
        """Whether a second person has to decide."""
        return self.joining is not None and self.joining.state == "waiting"


def compared(actor: Actor, reference: str) -> Compared:
    """Everything about one question. A fixed number of queries. Raises Refused, and NotFound."""
    actor.require(JOIN_PATIENTS)
    found = RegistrationEvent.objects.visible_to(actor).filter(reference=reference, effect__in=ABOUT_TWO)  # type: ignore[attr-defined]
    question = found.select_related("patient__registered_at").first()
    if question is None:
        raise NotFound
    newest = question.joinings.select_related("joined__registered_at", "survivor__registered_at").first()
    hindrance = ""
    try:
        pair: Pair | None = pair_of(question)
    except Conflict as error:
        pair, hindrance = pair_shown(question), error.sentence
    if newest is not None and (pair is None or newest.state not in CAME_TO_NOTHING):
        pair = Pair(newest.joined, newest.survivor, pair is not None and pair.newest_counts)  # as they were proposed
    return Compared(
        question=question,
        joining=newest,
        pair=pair,
        old=_side(actor, pair.old) if pair else None,
        new=_side(actor, pair.new) if pair else None,
        hindrance=hindrance,
    )


def _side(actor: Actor, patient: RegisteredPatient) -> Side:
    paper = PaperRecord.objects.visible_to(actor).filter(patient=patient).first()  # type: ignore[attr-defined]
    parts = RecordPart.objects.visible_to(actor).filter(record=paper).select_related("holder")  # type: ignore[attr-defined]
    movements = Movement.objects.visible_to(actor).filter(record=paper)  # type: ignore[attr-defined]
    under_way = movements.filter(ended_at=None).select_related("origin", "destination")
    return Side(
        patient=patient,
        paper=paper,
        parts=tuple(parts.order_by("number")) if paper else (),
        movements=tuple(under_way.order_by("id")) if paper else (),
        ended=movements.exclude(ended_at=None).count() if paper else 0,
    )


def answered_as_two(actor: Actor) -> QuerySet[RegistrationEvent]:
    """The questions that were closed without joining anybody, the newest answer first. Raises Refused."""
    actor.require(VIEW_IMPORTS)
    found = RegistrationEvent.objects.visible_to(actor).filter(effect__in=JOINABLE)  # type: ignore[attr-defined]
    joined = PatientJoining.objects.filter(joined__merged_into=OuterRef("patient"))
    standing = found.exclude(settled_at=None).exclude(_waits()).filter(~Exists(joined))
    return standing.select_related("practice", "patient").order_by("-settled_at", "-id")  # type: ignore[no-any-return]


def to_decide(actor: Actor) -> QuerySet[PatientJoining]:
    """The proposals that the actor may decide: those of others that wait. Raises Refused."""
    actor.require(JOIN_PATIENTS)
    waiting = PatientJoining.objects.visible_to(actor).filter(state="waiting")  # type: ignore[attr-defined]
    return waiting.exclude(proposed_by_id=actor.user_id)  # type: ignore[no-any-return]


def _waits() -> Q:
    return Q(Exists(PatientJoining.objects.filter(question=OuterRef("pk"), state="waiting")))
