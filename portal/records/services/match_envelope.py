"""Comparing the envelope in one's hand with the label of its bag, before it leaves and when it comes (J9; hazard H1).

64 % of practices were sent wrong patients' records. So the patient's number is read from the envelope, not from the
label, and what does not fit is refused loudly and put before the operator.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.organisations.models import Organisation
from portal.records.events import ENVELOPE_MATCHED
from portal.records.finding import Identifiers, find_patient, was_replaced
from portal.records.models import Label
from portal.records.permissions import MOVE_RECORDS
from portal.records.places import holder_of
from portal.records.reference import plain
from portal.records.services.take_scans import Answer, Scanned, take

STEPS = {"bagged": "I am putting it into the bag", "received": "I have taken it out of the bag"}


@dataclass(frozen=True, kw_only=True)
class Match:
    """The command: what is on the label, and what is on the envelope."""

    step: str
    code: str
    envelope: Identifiers


@dataclass(frozen=True)
class Matched:
    """``fits`` says whether envelope and label are the same patient's; ``answer`` what the scan did.

    ``is_replaced`` says that they fit although the number on the envelope is not the patient's any more.
    """

    fits: bool
    answer: Answer
    movement_reference: str
    is_replaced: bool = False


@service(MOVE_RECORDS)
def match_envelope(actor: Actor, command: Match) -> Matched:
    """Compares, and takes the scan in: a bag is ready, or received, only when the two fit.

    Raises InvalidInput for a label that the portal does not know, and for what cannot be read.
    """
    if command.step not in STEPS:
        raise InvalidInput({"step": "Choose whether you are packing or unpacking."})
    with system_scope():  # a bag that came by mistake is another's, and must be recognised all the same
        label = Label.objects.filter(code=plain(command.code)).select_related("bag__movement__record__patient").first()
        if label is None:
            raise InvalidInput({"code": "No label has this code. Read it again, or call us about the bag."})
        patient = find_patient(command.envelope)
        labelled = label.bag.movement.record.patient
        fits = patient is not None and patient.id == (labelled.merged_into_id or labelled.id)
        is_replaced = fits and was_replaced(command.envelope.number)
        here = holder_of(Organisation.objects.get(id=actor.organisation_id))
        scan = Scanned(
            key=f"match-{secrets.token_hex(12)}",
            kind=command.step,
            code=label.code,
            place=here,
            at=timezone.now(),
            device="portal page",
            envelope_differs=not fits,
        )
        [answer] = take(actor, [scan])
    outcome = "the same patient" if fits else "not the same patient"
    record(ENVELOPE_MATCHED, actor=actor, subject=label.bag.movement, label=label.code, outcome=outcome)
    return Matched(fits, answer, label.bag.movement.reference, is_replaced)
