"""Registration events in words for the staff's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.records.registrations.effects import EFFECTS
from portal.records.registrations.incoming import KINDS
from portal.records.registrations.models import RegistrationEvent, RegistrationImport, RejectedTransaction
from portal.records.registrations.pairs import ABOUT_TWO

# What to do about a rejection, by a word of its reason. The first that fits is said.
_ADVICE = (
    ("No GP practice", "Find the practice in the directory, then import the file again with its code."),
    ("is closed", "Ask the sender which practice takes the patient on."),
    ("check digit", "Ask the sender for the right number. Never guess it."),
    ("date of birth here", "Two patients may share a number. Ask the sender to check both."),
    ("used before", "Ask the sender to send it with a new reference."),
    ("cut off", "Ask the sender for the whole file. What was taken is not taken twice."),
    ("incomplete", "Ask the sender for the whole file. What was taken is not taken twice."),
    ("new copy", "Ask the sender for the whole file. What was taken is not taken twice."),
    ("columns", "Mend the first line of the file, then import it again."),
    ("Column", "Mend the first line of the file, then import it again."),
)
_OTHERWISE = "Mend this place, or ask the sender to. Then import the file again."
# What the clerk does about an event that the rules cannot bring to an end.
_TASKS = {
    "previous_practice_sought": "Find out who holds the record: ask the new practice where the patient was before.",
    "too_late": "Tell the practice that gets the record to send it back.",
    "number_in_use": "Compare the two patients, and ask the practice. They may be one. Two people decide it.",
    "patients_to_join": "Compare the two patients. They are said to be one. Two people decide it.",
    "number_contradicts": "Ask the sender which number the patient has now, and for what date of birth.",
}


@dataclass(frozen=True)
class ImportRow:
    """A file as a line of a table."""

    reference: str
    file_name: str
    started_at: datetime
    who: str
    outcome: str
    colour: str
    counts: list[str]


@dataclass(frozen=True)
class RejectionRow:
    """A place that could not be taken, why, and what to do."""

    position: str
    reason: str
    advice: str


@dataclass(frozen=True)
class QuestionRow:
    """An event that waits for a person; its patient is named by reference only."""

    reference: str
    patient: str
    kind: str
    number: str
    sent_at: datetime
    practice: str
    effect: str
    task: str
    may_name_holder: bool
    is_about_two: bool
    is_proposed: bool
    answer: str


def import_row(run: RegistrationImport) -> ImportRow:
    """One file."""
    if run.finished_at is None:
        outcome, colour = "Not finished", "orange"
    elif run.rejected:
        outcome, colour = ("Part taken", "orange") if run.taken or run.repeated else ("Rejected", "red")
    else:
        outcome, colour = "Taken", "green"
    counts = [f"{run.taken:,} taken", f"{run.repeated:,} known before", f"{run.rejected:,} rejected"]
    return ImportRow(run.reference, run.file_name, run.started_at, run.actor_name, outcome, colour, counts)


def rejection_row(rejection: RejectedTransaction) -> RejectionRow:
    """One place."""
    advice = next((said for word, said in _ADVICE if word in rejection.reason), _OTHERWISE)
    return RejectionRow(rejection.position, rejection.reason, advice)


def question_row(event: RegistrationEvent) -> QuestionRow:
    """One event."""
    return QuestionRow(
        reference=event.reference,
        patient=event.patient.reference if event.patient else "",
        kind=KINDS[event.kind],
        number=event.number,
        sent_at=event.sent_at,
        practice=f"{event.practice.name} ({event.practice.code})" if event.practice else "",
        effect=EFFECTS[event.effect],
        task=_TASKS[event.effect],
        may_name_holder=event.effect == "previous_practice_sought",
        is_about_two=event.effect in ABOUT_TWO,
        is_proposed=getattr(event, "is_proposed", False),
        answer=event.settled_note,
    )
