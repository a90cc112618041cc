"""Sample closure: a practice whose records were counted. Two leave, and two that nobody found are looked for."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from portal.casework.models import ChangeRequest
from portal.casework.services.commissioner_decides import decide_for_commissioner
from portal.casework.services.decide_request import approve_request
from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.people_data import sent
from portal.demo.supplies_data import actor_of
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.records.closures.models import Inventory
from portal.records.closures.services.count_records import count_records, end_counting, open_inventory
from portal.records.closures.services.move_records import move_everything
from portal.records.permissions import WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import check_digit
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.services.enter_record import EnterRecord, enter_record

MILL, HARBOUR = "Z99003", "Z99002"  # the practice that closes, and the one that takes over
# Family name, names, born, and how far: counted, not found, or on the list with no envelope that anybody ever scanned.
_PATIENTS = (
    ("QUINN", "ROSE", date(1951, 6, 3), "counted"),
    ("RAHMAN", "IMRAN", date(1988, 2, 17), "counted"),
    ("SVENSSON", "LARS", date(1940, 9, 29), "not_found"),
    ("TAYLOR", "MAY", date(2009, 4, 11), "never_scanned"),
)


def load() -> None:
    """Makes it once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if Inventory.objects.exists():
            return
        counted = _patients()
        _approved()
        _count(counted)


def _patients() -> list[str]:
    """The patients and what there is on paper; the numbers of those whose envelopes were found."""
    site, counted = Organisation.objects.get(code=MILL), []
    for number, (family_name, names, born_on, how_far) in enumerate(_PATIENTS, start=60):
        stem = 999_000_100 + number * 7
        while (digit := check_digit(str(stem))) is None:
            stem += 1
        patient = RegisteredPatient.objects.create(
            nhs_number=f"{stem}{digit}", family_name=family_name, names=names, born_on=born_on, registered_at=site
        )
        if how_far != "never_scanned":
            command = EnterRecord(
                patient=patient,
                holder=holder_of(site),
                how="Entered for the demonstration",
                since=working_days_ago(200),
            )
            enter_record(system_actor("The registers", WORK_RECORDS), command)
        if how_far == "counted":
            counted.append(patient.nhs_number)
    return counted


def _approved() -> ChangeRequest:
    """Asked for by the Main Contact, agreed to by the commissioner, approved by the operator."""
    with happening_at(working_days_ago(25, time(11, 30))):
        closes_on = timezone.localdate() + timedelta(days=90)
        request = sent(
            actor_of("helen"),
            "closure",
            you={"sender_name": "Dr Helen Marsh", "sender_telephone": "01632 960000"},
            date={"effective_on": closes_on.isoformat(), "short_notice_because": ""},
            facts={
                "why": "The last partner retires.",
                "successor_code": HARBOUR,
                "records_held": "yes",
                "secure_stationery_held": "no",
            },
        )
    with happening_at(working_days_ago(20, time(9, 45))):
        decide_for_commissioner(actor_of("ingrid"), request.case.reference, "agreed")
    with happening_at(working_days_ago(19, time(14, 0))):
        return approve_request(actor_of("ada"), request.case.reference)


def _count(numbers: list[str]) -> None:
    helen = actor_of("helen")
    with happening_at(working_days_ago(6, time(9, 0))):
        open_inventory(helen, MILL)
        count_records(helen, MILL, numbers)
    with happening_at(working_days_ago(4, time(16, 40))):
        end_counting(helen, MILL, unseen_agreed=len(_PATIENTS) - len(numbers))
        move_everything()
    with happening_at(working_days_ago(2, time(10, 20))):
        task = SearchTask.objects.filter(
            bag__movement__reason="closure", holder=own_place("store"), state="asked"
        ).first()
        if task is not None:
            where = "Every shelf of the North hall"
            answer_search_for(actor_of("omar"), AnswerSearch(reference=task.reference, is_found=False, where=where))
