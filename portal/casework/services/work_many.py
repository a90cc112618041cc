"""One step for several cases at once; each by itself, so that one that cannot holds up no other (J22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from portal.casework.models import Case
from portal.casework.permissions import WORK_CASES
from portal.casework.services.hand_over import give_case, move_case
from portal.casework.services.work_case import take_case
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused

MOST = 50


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What became of one case."""

    reference: str
    done: bool
    sentence: str


@service(WORK_CASES)
def take_many(actor: Actor, references: list[str]) -> list[RowResult]:
    """The actor becomes the owner of each."""
    return _each(references, lambda reference: take_case(actor, reference), "It is yours.")


@service(WORK_CASES)
def give_many(actor: Actor, references: list[str], to: str) -> list[RowResult]:
    """A colleague becomes the owner of each; ``to`` is the reference of their membership."""
    return _each(references, lambda reference: give_case(actor, reference, to), "It was given.")


@service(WORK_CASES)
def move_many(actor: Actor, references: list[str], queue: str) -> list[RowResult]:
    """Each goes to the queue."""
    return _each(references, lambda reference: move_case(actor, reference, queue), "It was moved.")


def _each(references: list[str], step: Callable[[str], Case], sentence: str) -> list[RowResult]:
    """At most 50, always in the same order, so that two people at the same cases do not wait for each other."""
    results = [_one(reference, step, sentence) for reference in sorted(set(references))[:MOST]]
    if not any(each.done for each in results):
        nothing_changed()
    return results


def _one(reference: str, step: Callable[[str], Case], sentence: str) -> RowResult:
    try:
        with transaction.atomic():
            step(reference)
    except NotFound:
        return RowResult(reference=reference, done=False, sentence="There is no case with this reference.")
    except (Conflict, Refused) as error:
        return RowResult(reference=reference, done=False, sentence=error.sentence)
    except InvalidInput as error:
        return RowResult(reference=reference, done=False, sentence=" ".join(error.errors.values()))
    return RowResult(reference=reference, done=True, sentence=sentence)
