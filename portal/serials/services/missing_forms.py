"""Forms that are missing: frozen at once, everybody who must know is told, closed only with an outcome (J7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from psycopg.types.range import Int8Range

from portal.accounts.api import managers_of
from portal.casework.api import Case, OpenCase, answer_case, open_case
from portal.casework.permissions import REPORT, WORK_CASES
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.queue import queue_emails
from portal.serials import messages
from portal.serials.events import FORMS_REPORTED, SERIALS_MOVED
from portal.serials.formats import shown
from portal.serials.incidents import ink_words, who_must_know
from portal.serials.kinds import KINDS
from portal.serials.models import FormIncident, SerialRange
from portal.serials.moving import Move, move_serials
from portal.serials.numbers import serial_policy, size_of
from portal.serials.permissions import REPORT_FORMS, SETTLE_INCIDENTS
from portal.serials.services.warehouse import Numbers, read_numbers
from portal.supplies.models import CatalogueItem

# It is printed on the notice that leaves the portal, so it is a reference and no sentence: nobody's name fits.
_POLICE = re.compile(r"(?=.*\d)[A-Za-z0-9/.\-]+( [A-Za-z0-9/.\-]*\d[A-Za-z0-9/.\-]*)*")
_NO_INK = "Look at the case, and count the stock of this form."


@dataclass(frozen=True, kw_only=True)
class ReportMissing:
    """The command: one minute's worth. ``what`` says how it was noticed, without a patient.

    ``found_on`` is the day it was noticed; ``last_seen`` when and by whom they were last seen; ``place`` where.
    """

    numbers: Numbers
    kind: str
    what: str
    found_on: date
    last_seen: str
    place: str
    prescribers: str = ""
    police_reference: str = ""


@service(REPORT_FORMS)
def report_missing(actor: Actor, command: ReportMissing) -> Case:
    """Freezes the numbers, opens the case, writes the register, and tells those who must know; returns the case.

    The site's managers are told what to do, the contacts of its area what is missing.

    Raises InvalidInput for what is missing in the report, Conflict for numbers that are not the site's.
    """
    until = timezone.localdate() + timedelta(days=serial_policy().ink_days)
    ours = {"organisation_id": actor.organisation_id}
    return freeze_and_tell(actor, command, called="Missing", source=ours, until=until)


def freeze_and_tell(
    actor: Actor, command: ReportMissing, *, called: str, source: dict[str, Any], until: date | None
) -> Case:
    """What every report does, in the caller's transaction. ``source`` says where the numbers must be now.

    ``until`` ends the ink instruction; None where nobody prescribes on these forms. Raises as ``report_missing``.
    """
    _check(command)
    item, serials = read_numbers(command.numbers)
    what, ink = command.what.strip(), ink_words(until)
    facts = f"{KINDS[command.kind]}. {item.name}, {shown(item.code, serials)}."
    about = {"ink_until": until.isoformat()} if until else {}
    case = open_case(
        actor.also(REPORT),
        OpenCase(
            kind="missing_forms",
            subject=f"{called}: {item.name}",
            details="\n\n".join([facts, what, *([ink] if ink else [])]),
            payload={"item": item.code, "kind": command.kind, **about},
        ),
    )
    move = Move(
        item=item,
        serials=serials,
        source=source,
        target="missing",
        where=KINDS[command.kind],
        place={"case_reference": case.reference},
        note=what,
    )
    move_serials(actor, move)
    _recorded(FORMS_REPORTED, actor, case, item, size_of(serials))
    incident = _register(actor, command, case, item, serials, until)
    people = [person.email for person in managers_of(case.organisation_id or 0)]
    queue_emails(messages.forms_missing(case, ink or _NO_INK, people))
    queue_emails(messages.area_told(incident, who_must_know(incident.area)))
    return case


@service(SETTLE_INCIDENTS)
def settle_missing(actor: Actor, case_reference: str, outcome: str, note: str) -> Case:
    """Says how a report ended: ``found`` gives the numbers back to the site or store, ``lost`` ends them for good.

    The case is answered with these words, so that the site reads them; before this nobody can answer or close it.
    Raises NotFound without such a report, Conflict when it is settled, InvalidInput without words.
    """
    if outcome not in ("found", "lost"):
        raise InvalidInput({"outcome": "Choose how it ended."})
    if not note.strip():
        raise InvalidInput({"note": "Say how you know."})
    reports = Case.objects.select_for_update().filter(reference=case_reference, kind="missing_forms")
    case: Case | None = reports.first()
    if case is None:
        raise NotFound
    rows = list(SerialRange.objects.filter(case_reference=case_reference, state="missing").select_related("item"))
    if not rows:
        raise Conflict("This report is settled already.")
    found = outcome == "found"
    state = "found again" if found else "lost for good"
    for row in rows:
        move = Move(
            item=row.item,
            serials=row.serials,
            source={"case_reference": case_reference},
            target=("in_store" if row.store_id else "at_site") if found else "lost",
            where="Found again" if found else "Lost for good",
            place={"case_reference": "" if found else case_reference, "held_by": ""},
            note=note.strip(),
        )
        move_serials(actor, move)
        _recorded(SERIALS_MOVED, actor, case, row.item, size_of(row.serials), state=state)
    close_incident(actor, case_reference, outcome, note)
    return _answered(actor, case, outcome, note, "We have them" if rows[0].store_id else "Your site has them")


def close_incident(actor: Actor, case_reference: str, outcome: str, note: str) -> None:
    """The register's row ends with its outcome; the caller has locked the case."""
    FormIncident.objects.filter(case_reference=case_reference, outcome="").update(
        outcome=outcome, outcome_note=note.strip(), closed_at=timezone.now(), closed_by_name=actor.name
    )


def _answered(actor: Actor, case: Case, outcome: str, note: str, who: str) -> Case:
    if case.state not in OPEN_STATES:  # answered before outcomes were asked for
        return case
    how = f"The forms were found. {who}." if outcome == "found" else "The forms are lost for good."
    worker = actor.also(WORK_CASES)
    return answer_case(worker, case.reference, f"{how}\n\n{note.strip()}")


def _check(command: ReportMissing) -> None:
    problems: dict[str | None, str] = {}
    if command.kind not in KINDS:
        problems["kind"] = "Choose what happened."
    if command.found_on > timezone.localdate():
        problems["found_on"] = "The day you noticed cannot be in the future."
    if not command.last_seen.strip():
        problems["last_seen"] = "Say when they were last seen, and by whom."
    if not command.place.strip():
        problems["place"] = "Say where they were kept."
    if command.kind == "stolen" and not command.police_reference.strip():
        problems["police_reference"] = "Report a theft to the police, and enter the reference they gave you."
    if command.police_reference.strip() and not _POLICE.fullmatch(command.police_reference.strip()):
        problems["police_reference"] = "Enter the police reference only: letters, digits and dashes."
    if problems:
        raise InvalidInput(problems)


def _register(
    actor: Actor, command: ReportMissing, case: Case, item: CatalogueItem, serials: Int8Range, until: date | None
) -> FormIncident:
    site = case.organisation
    if site is None:
        raise NotFound
    incident: FormIncident = FormIncident.objects.create(
        case_reference=case.reference,
        organisation=site,
        area=site.commissioner_code,
        item=item,
        number=size_of(serials),
        first=serials.lower,
        kind=command.kind,
        found_on=command.found_on,
        last_seen=command.last_seen.strip(),
        place=command.place.strip(),
        prescribers=command.prescribers.strip(),
        police_reference=command.police_reference.strip(),
        ink_until=until,
        reported_by_name=actor.name,
    )
    return incident


def _recorded(event: Any, actor: Actor, case: Case, item: Any, number: int, **more: str) -> None:
    record(
        event, actor=actor, subject=case, organisation_id=case.organisation_id, number=number, item=item.name, **more
    )
