"""The prescribers of a site: who joins, who leaves, who is called otherwise from a day on (J24)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.references import new_reference
from portal.foundation.workdays.calendar import working_calendar
from portal.serials.events import PADS_CLOSED, PRESCRIBER_JOINED, PRESCRIBER_LEAVES, PRESCRIBER_RENAMED
from portal.serials.models import PadTask, Prescriber, PrescriberName, Profession
from portal.serials.permissions import KEEP_PRESCRIBERS
from portal.serials.prescribers import number_of_pads, pad_rules
from portal.serials.states import PAD_TASK

_NUMBER = re.compile(r"[A-Z0-9]{4,12}")
OUTCOMES = {
    "destroyed": "They are destroyed, before a second person.",
    "returned": "They are on their way back to the operator.",
    "none": "The prescriber had none.",
}


@dataclass(frozen=True, kw_only=True)
class Joiner:
    """The command. ``number`` is the code that is printed on the form."""

    name: str
    number: str
    profession: str
    joined_on: date


@service(KEEP_PRESCRIBERS)
def join(actor: Actor, command: Joiner) -> Prescriber:
    """Writes a prescriber down for the actor's site. Raises InvalidInput for a number that cannot be, or is there."""
    name, number = command.name.strip(), re.sub(r"\s", "", command.number).upper()
    problems: dict[str | None, str] = {}
    if not name:
        problems["name"] = "Enter the name as it is printed on the pads."
    if not _NUMBER.fullmatch(number):
        problems["number"] = "Enter the prescriber's code: 4 to 12 letters and digits."
    if command.profession not in Profession.values:
        problems["profession"] = "Choose the profession."
    if problems:
        raise InvalidInput(problems)
    try:
        with transaction.atomic():
            prescriber = Prescriber.objects.create(
                reference=new_reference("PB"),
                organisation_id=actor.organisation_id,
                number=number,
                profession=command.profession,
                name=name,
                joined_on=command.joined_on,
                recorded_by_name=actor.name,
            )
    except IntegrityError as error:
        if "prescriber_once_at_a_time" not in str(error):
            raise
        raise InvalidInput({"number": "This prescriber is on your list for that time already."}) from error
    _name(actor, prescriber, name, command.joined_on)
    _told(PRESCRIBER_JOINED, actor, prescriber, on=command.joined_on)
    return prescriber


@service(KEEP_PRESCRIBERS)
def rename(actor: Actor, reference: str, name: str, from_on: date) -> Prescriber:
    """Another name from a day on; the earlier one stays. Raises InvalidInput for a day that cannot be."""
    prescriber = lock_prescriber(actor, reference)
    problems: dict[str | None, str] = {}
    if not name.strip() or name.strip() == prescriber.name:
        problems["name"] = "Enter the new name."
    last = prescriber.names.last()
    if from_on > timezone.localdate():
        problems["from_on"] = "Enter today or an earlier day. Come back when the name has changed."
    elif from_on < (last.from_on if last else prescriber.joined_on):
        problems["from_on"] = "Enter a day after the last change of the name."
    if problems:
        raise InvalidInput(problems)
    prescriber.name = name.strip()
    prescriber.save(update_fields=["name"])
    _name(actor, prescriber, prescriber.name, from_on)
    _told(PRESCRIBER_RENAMED, actor, prescriber, on=from_on)
    return prescriber


@service(KEEP_PRESCRIBERS)
def leave(actor: Actor, reference: str, last_day: date) -> PadTask:
    """The prescriber's last day, and the task to destroy the pads; a second time moves both, while the task is open.

    Raises InvalidInput for a day before the first, Conflict when the pads are accounted for already.
    """
    prescriber = lock_prescriber(actor, reference)
    if last_day < prescriber.joined_on:
        raise InvalidInput({"last_day": "The last day cannot be before the first."})
    due_on = working_calendar().add(max(last_day, timezone.localdate()), pad_rules().leaver_days)
    task: PadTask | None = PadTask.objects.filter(prescriber=prescriber).first()
    if task is None:
        task = PadTask(prescriber=prescriber, organisation_id=prescriber.organisation_id)
    elif task.state != "open":
        raise Conflict("The pads of this prescriber are accounted for already.")
    task.due_on, task.reminded_on = due_on, None
    task.save()
    prescriber.left_on = last_day
    prescriber.save(update_fields=["left_on"])
    _told(PRESCRIBER_LEAVES, actor, prescriber, on=last_day)
    return task


@service(KEEP_PRESCRIBERS)
def close_pad_task(actor: Actor, reference: str, outcome: str, note: str) -> PadTask:
    """Says what became of a leaver's pads.

    Raises InvalidInput without an outcome and words, Conflict while numbers are still issued to the leaver, or before
    the last day is over: until then more may be issued.
    """
    prescriber = lock_prescriber(actor, reference)
    task: PadTask | None = PadTask.objects.filter(prescriber=prescriber).first()
    if task is None:
        raise NotFound
    problems: dict[str | None, str] = {}
    if outcome not in OUTCOMES:
        problems["outcome"] = "Choose what became of the pads."
    if not note.strip():
        problems["note"] = "Say who did it, and when."
    if problems:
        raise InvalidInput(problems)
    PAD_TASK.check(actor, task.state, "closed")
    if prescriber.left_on and prescriber.left_on >= timezone.localdate():
        raise Conflict("This can be closed after the prescriber's last day.")
    if number := number_of_pads(prescriber):
        raise Conflict(
            f"{number:,} forms are still issued to {prescriber.name}."
            " Destroy them, send them back or report them as missing. Then close this."
        )
    task.state, task.outcome, task.note = "closed", outcome, note.strip()
    task.closed_at, task.closed_by_name = timezone.now(), actor.name
    task.save()
    record(
        PADS_CLOSED,
        actor=actor,
        subject=("organisation", actor.organisation_code),
        organisation_id=prescriber.organisation_id,
        prescriber=prescriber.reference,
        outcome=outcome,
    )
    return task


def lock_prescriber(actor: Actor, reference: str) -> Prescriber:
    """One of the actor's site, locked: joining pads to somebody and their leaving never cross. Raises NotFound (R1)."""
    rows = Prescriber.objects.select_for_update().filter(organisation_id=actor.organisation_id, reference=reference)
    found: Prescriber | None = rows.first()
    if found is None:
        raise NotFound
    return found


def _name(actor: Actor, prescriber: Prescriber, name: str, from_on: date) -> None:
    PrescriberName.objects.create(
        prescriber=prescriber,
        organisation_id=prescriber.organisation_id,
        name=name,
        from_on=from_on,
        recorded_by_name=actor.name,
    )


def _told(event: object, actor: Actor, prescriber: Prescriber, on: date) -> None:
    record(
        event,  # type: ignore[arg-type]
        actor=actor,
        subject=("organisation", actor.organisation_code),
        organisation_id=prescriber.organisation_id,
        prescriber=prescriber.reference,
        on=on.isoformat(),
    )
