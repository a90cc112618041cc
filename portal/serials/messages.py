"""The e-mails about missing forms. They name the case; the numbers are read in the portal."""

from __future__ import annotations

from dataclasses import replace

from portal.casework.api import Case, way_to_case
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import day, one_line
from portal.organisations.models import Organisation
from portal.serials.incidents import ink_words, numbers_of
from portal.serials.kinds import KINDS
from portal.serials.models import AreaContact, FormIncident, PadTask
from portal.supplies.models import CatalogueItem


def forms_missing(case: Case, ink: str, people: list[str]) -> list[Email]:
    """To everybody who manages the site's users: forms are missing, and what prescribers do now."""
    if case.organisation is None:
        return []
    email = text_email(
        "serials.forms_missing",
        [],
        f"Prescription forms are missing: {case.reference}",
        about=case.reference,
        case=case,
        site=one_line(case.organisation.name),
        ink=ink,
        link=way_to_case(case),
    )
    return [replace(email, recipients=[each]) for each in people]


def area_told(incident: FormIncident, contacts: list[AreaContact]) -> list[Email]:
    """To everybody who must know in the area: which forms, whose, and what to do. Nothing that was typed freely."""
    site = incident.organisation
    email = text_email(
        "serials.area_told",
        [],
        f"Prescription forms are missing: {incident.case_reference}",
        about=incident.case_reference,
        incident=incident,
        site=one_line(f"{site.name} ({site.code})"),
        numbers=numbers_of(incident),
        happened=KINDS[incident.kind],
        ink=ink_words(incident.ink_until),
    )
    return [replace(email, recipients=[each.email]) for each in contacts]


def pads_due(task: PadTask, people: list[str]) -> list[Email]:
    """To everybody who manages the site's users: a leaver's pads are to be destroyed by a day."""
    site = task.organisation
    email = text_email(
        "serials.pads_due",
        [],
        f"Prescription pads to destroy by {day(task.due_on)}",
        about=task.prescriber.reference,
        task=task,
        site=one_line(site.name),
        link=absolute_address("serials:prescriber", code=site.code, reference=task.prescriber.reference),
    )
    return [replace(email, recipients=[each]) for each in people]


def forms_destroyed(site: Organisation, item: CatalogueItem, number: int, by: str, people: list[str]) -> list[Email]:
    """To everybody who manages the site's users, whoever did it too: two named people destroyed forms."""
    email = text_email(
        "serials.forms_destroyed",
        [],
        f"Numbered forms were destroyed: {one_line(item.name)}",
        about=site.code,
        site=one_line(site.name),
        item=one_line(item.name),
        number=f"{number:,}",
        by=one_line(by),
        link=absolute_address("serials:forms", code=site.code),
    )
    return [replace(email, recipients=[each]) for each in people]
