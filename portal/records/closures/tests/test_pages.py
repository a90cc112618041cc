"""The pages of a count, for the site and for the operator, and the step of the plan that it fills (J18)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import Done, NotYet
from portal.foundation.access.row_security import set_scope
from portal.organisations.tests.factories import OperatorFactory
from portal.records.closures.models import Inventory
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.site_changes import arrange_records
from portal.records.closures.tests.factories import closing, closing_step
from portal.records.models import Movement, RecordPart
from portal.records.places import own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.tests.factories import (
    Journey,
    a_patient,
    a_practice,
    a_record,
    labelled,
    operator,
    organisation_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Any


def _text(response: Any, status: int = 200) -> str:
    set_scope("system")
    assert response.status_code == status
    return str(response.content.decode())


def _clerk(sign_in: SignIn, site: Any) -> Any:
    return sign_in(MembershipFactory(organisation=organisation_of(site), roles=["records_movement_clerk"]))


def _number(of: Any) -> str:
    return str(RegisteredPatient.objects.get(paper_record=of).nhs_number)


def test_a_site_counts_and_its_records_leave(sign_in: SignIn) -> None:
    site = a_practice()
    base = f"/o/{site.code}/records/closing/"
    step = closing_step(site)
    there, gone = a_record(site), a_record(site, patient=a_patient(family_name="ZQXGONE"))
    clerk = _clerk(sign_in, site)
    assert "This site closes." in _text(clerk.get(f"/o/{site.code}/records/"))
    home = f"/o/{site.code}/"
    assert _card(clerk.get(home)) == ("Records to count", "2")
    assert "2 records should be here" in _text(clerk.get(base))
    assert _said(step) == (NotYet, "2 records should be there. The site counts them, under Records.")
    clerk.post(f"{base}open/")
    page = _text(clerk.post(base, {"lines": f"{_number(there)}\n9990000018"}))
    assert "Not expected here: 1 envelope" in page and "Ticked off." in page
    assert "ZQXGONE" in _text(clerk.get(f"{base}left/"))
    assert _card(clerk.get(home)) == ("Records to count", "1")
    assert _said(step)[1] == "1 record counted, 1 still to be found."
    assert "Say that everybody has looked everywhere" in _text(clerk.post(f"{base}end/", {"unseen": "1"}), 422)
    clerk.post(f"{base}end/", {"unseen": "1", "agreed": "on"})
    set_scope("system")
    move_everything()
    assert RecordPart.objects.get(record=gone).state == "missing"
    looked = "Looked for: 1 record that should be there."
    assert _said(step) == (NotYet, f"1 record still there, 0 left. {looked}")
    assert "2 places asked, 0 answered" in _text(clerk.get(f"{base}left/"))
    assert _card(clerk.get(home)) == ("Records that still have to leave", "1")
    [label] = labelled(Movement.objects.get(record=there))
    Journey(label, timezone.now()).scan("collected", site)
    assert _said(step)[0] is NotYet and "A data manager who accepts that says why" in _said(step)[1]
    for task in SearchTask.objects.filter(state="asked"):
        answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=False, where="Every shelf"))
    assert _said(step) == (Done, f"1 record left. Nothing that was found is still there. {looked}")
    assert "Have left" in _text(clerk.get(base))


def _card(home: Any) -> tuple[str, str] | None:
    """Title and value of the card about the closure on the home page."""
    found = re.search(r'">(Records (?:to count|that still have to leave))</a>.*?__value">([\d,]+)<', _text(home), re.S)
    return (found[1], found[2]) if found else None


def _said(step: Any) -> tuple[type, str]:
    set_scope("system")
    outcome = arrange_records(step.case.request, step)
    return type(outcome), outcome.said


def test_nobody_else_sees_a_count_and_a_site_that_stays_has_none(sign_in: SignIn) -> None:
    site, other = a_practice(), a_practice()
    closing(site)
    clerk = _clerk(sign_in, other)
    assert "This site closes" not in _text(clerk.get(f"/o/{other.code}/records/"))
    assert _card(clerk.get(f"/o/{other.code}/")) is None
    _text(clerk.get(f"/o/{other.code}/records/closing/"), 404)
    _text(clerk.get(f"/o/{site.code}/records/closing/"), 404)


def test_the_operator_counts_at_the_site_and_reads_no_names(sign_in: SignIn) -> None:
    site = a_practice()
    closing(site)
    record = a_record(site, patient=a_patient(family_name="ZQXNAMED", born_on=timezone.localdate()))
    staff = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    base = f"/staff/records/closing/{site.code}/"
    assert "Not begun" in _text(staff.get("/staff/records/closing/"))
    staff.post(f"{base}open/")
    page = _text(staff.get(f"{base}left/"))
    assert record.reference in page and "ZQXNAMED" not in page
    stranger = a_record(own_place("store"), patient=a_patient(born_on=timezone.localdate() - timedelta(days=400)))
    day = timezone.localdate() - timedelta(days=400)
    typed = {"number": _number(stranger), "born_on_day": day.day, "born_on_month": day.month, "born_on_year": day.year}
    done = staff.post(f"{base}found/", typed)
    assert done["Location"] == f"{base}?done=found"
    set_scope("system")
    assert RecordPart.objects.get(record=stranger).holder == site
    assert Inventory.objects.get().opened_by_name != ""
