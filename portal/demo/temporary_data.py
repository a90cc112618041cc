"""Sample forms of temporary residents between the demonstration's practices, one in each state a visitor should see.

Every patient is invented; what the PDFs say is made up, too.
"""

from __future__ import annotations

from datetime import date, time

from django.db import transaction

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.records_data import ELM, HARBOUR
from portal.demo.scanner import EicarOnly
from portal.demo.supplies_data import actor_of
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.files import CheckedUpload
from portal.foundation.files.limits import PDF
from portal.foundation.files.scanning import scan_quarantined
from portal.foundation.web.paper import HEADING, build, key_and_value, space, text
from portal.records.finding import Identifiers
from portal.records.registrations.models import RegisteredPatient
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.keep_clock import announce
from portal.records.temporary_residents.services.prepare_bag import hand_bag_over, make_bag_labels
from portal.records.temporary_residents.services.return_form import return_form
from portal.records.temporary_residents.services.send_form import SendForm, send_form

# Family name of a sample patient ('' for one whom the registrations do not know), from, to, working days ago, how far.
_FORMS = (
    ("BENNETT", HARBOUR, ELM, 12, "archived"),
    ("EKWUEME", HARBOUR, ELM, 6, "downloaded"),
    ("ADEYEMI", HARBOUR, ELM, 6, "waiting"),
    ("CHOWDHURY", HARBOUR, ELM, 1, "waiting"),
    ("DAVIES", HARBOUR, ELM, 2, "returned"),
    ("FLYNN", ELM, HARBOUR, 1, "waiting"),
    ("", ELM, HARBOUR, 4, "to_route"),
)
_NOBODY = Identifiers(number="999 000 9902", born_on=date(1961, 5, 17))
_SEEN_FOR = ("Chest infection, antibiotics for five days.", "Twisted ankle, no fracture. Rest, and an elastic bandage.")


def load() -> None:
    """Makes them once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if TemporaryForm.objects.exists():
            return
        for number, (family_name, sender, receiver, days, how_far) in enumerate(_FORMS):
            _send(number, family_name, sender, receiver, days, how_far)
        _give_a_bag_to_the_courier()


def _give_a_bag_to_the_courier() -> None:
    """From a day when the scanner was broken; it should have arrived by now."""
    with happening_at(working_days_ago(8, time(9, 40))):
        clerk = actor_of("kofi", HARBOUR)
        [bag] = make_bag_labels(clerk, 1)
        hand_bag_over(clerk, bag.reference, 3)


def _send(number: int, family_name: str, sender: str, receiver: str, days: int, how_far: str) -> None:
    patient = RegisteredPatient.objects.filter(family_name=family_name).first() if family_name else None
    given = Identifiers(number=patient.nhs_number, born_on=patient.born_on) if patient and patient.born_on else _NOBODY
    with happening_at(working_days_ago(days, time(11, 10))):
        upload = CheckedUpload("form.pdf", PDF, _pdf(given, _SEEN_FOR[number % len(_SEEN_FOR)]))
        form = send_form(actor_of("kofi", sender), SendForm(patient=given, upload=upload))
        scan_quarantined(scanner=EicarOnly())
        announce(system_actor("The clock of temporary residents' forms", ROUTE_FORMS), [form.reference])
    with happening_at(working_days_ago(max(days - 1, 0), time(15, 40))):
        clerk = actor_of("kofi", receiver)
        if how_far in ("downloaded", "archived", "returned"):
            download_form(clerk, form.reference)
        if how_far == "archived":
            archive_form(clerk, form.reference)
        if how_far == "returned":
            return_form(clerk, form.reference, "left", "She told us that she moved to Hale.")


def _pdf(given: Identifiers, what: str) -> bytes:
    story = [
        text("Temporary resident", HEADING),
        key_and_value("NHS number", given.number),
        key_and_value("Date of birth", f"{given.born_on:%d/%m/%Y}"),
        space(),
        text(what),
        space(),
        text("A sample of the demonstration: nobody was ill."),
    ]
    return build("Sample form", story)
