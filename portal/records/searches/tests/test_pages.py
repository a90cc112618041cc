"""Searches as a practice and as the staff see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AccessEntry
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Holder
from portal.records.searches.models import SearchTask
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.searches.tests.test_searching import ask, missing_on_the_way
from portal.records.services.settle_movement import mark_missing
from portal.records.tests.factories import Journey, a_movement, a_practice, labelled, operator, organisation_of
from portal.supplies.tests.counting import counted_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]


def _clerk(sign_in: SignIn, holder: Holder, role: str = "records_movement_clerk") -> Client:
    return sign_in(MembershipFactory(organisation=organisation_of(holder), roles=[role]))


def _staff(sign_in: SignIn, role: str = "records_operator") -> Client:
    return sign_in(MembershipFactory(organisation=OperatorFactory(), roles=[role]))


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    set_scope("system")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_practice_sees_whom_to_look_for_and_the_look_is_kept(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    client, patient = _clerk(sign_in, movement.origin), movement.record.patient
    address = f"/o/{movement.origin.code}/records/searches/"
    page = _text(client, address)
    assert task.reference in page and patient.family_name in page
    assert patient.nhs_number not in client.get(address).request["PATH_INFO"]
    assert AccessEntry.objects.filter(patient_reference=patient.reference, purpose="find_record").exists()
    assert patient.family_name in _text(client, f"{address}{task.reference}/")


def test_a_practice_that_was_not_asked_sees_nothing(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    other = a_practice()
    client = _clerk(sign_in, other)
    assert "Nothing to look for." in _text(client, f"/o/{other.code}/records/searches/")
    assert client.get(f"/o/{other.code}/records/searches/{task.reference}/").status_code == 404


def test_a_protected_patient_is_not_named_to_who_looks(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    movement.record.is_sealed = True
    movement.record.save(update_fields=["is_sealed"])
    ask(movement, movement.origin)
    page = _text(_clerk(sign_in, movement.origin), f"/o/{movement.origin.code}/records/searches/")
    assert "Protected identity" in page
    assert movement.record.patient.family_name not in page


def test_an_answer_leads_back_to_the_list_and_stands_there(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    client, address = _clerk(sign_in, movement.origin), f"/o/{movement.origin.code}/records/searches/"
    refused = client.post(f"{address}{task.reference}/", {"found": "no", "where": ""})
    assert refused.status_code == 422 and "Say where you looked." in refused.content.decode()
    answered = client.post(f"{address}{task.reference}/", {"found": "no", "where": "Both rooms"}, follow=True)
    assert "We go on with the search." in answered.content.decode()
    assert "Both rooms" in _text(client, f"{address}?show=answered")
    assert task.reference not in _text(client, address)


def test_staff_see_who_has_not_answered_and_answer_for_the_courier(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    SearchTask.objects.filter(id=task.id).update(due_on=timezone.localdate().replace(year=2025))
    client = _staff(sign_in)
    assert "1 overdue answer" in _text(client, "/staff/records/searches/")
    page = _text(client, f"/staff/records/searches/{movement.reference}/")
    assert movement.origin.name in page and movement.record.patient.family_name not in page
    courier = SearchTask.objects.get(bag__movement=movement, holder__kind="courier")
    told = client.post(
        f"/staff/records/searches/tasks/{courier.reference}/", {"found": "no", "where": "Van and depot"}, follow=True
    )
    assert "Van and depot" in told.content.decode()


def test_who_only_reads_cannot_answer(sign_in: SignIn) -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    reader = _clerk(sign_in, movement.origin, "read_only")
    assert reader.get(f"/o/{movement.origin.code}/records/searches/").status_code == 200
    assert reader.get(f"/o/{movement.origin.code}/records/searches/{task.reference}/").status_code == 403
    auditor = _staff(sign_in, "auditor")
    assert auditor.get(f"/staff/records/searches/tasks/{task.reference}/").status_code == 403


def test_the_lists_cost_the_same_for_one_and_for_many(sign_in: SignIn) -> None:
    practice = a_practice()

    def lose_one() -> None:
        movement = a_movement(practice)
        [label] = labelled(movement)
        Journey(label).scan("collected", practice)
        mark_missing(operator(), movement.reference, 1, "Gone")
        follow_searches()

    clerk, staff = _clerk(sign_in, practice), _staff(sign_in)
    counts = []
    for _ in range(2):
        lose_one()
        with counted_queries() as of_practice:
            _text(clerk, f"/o/{practice.code}/records/searches/")
        with counted_queries() as of_staff:
            _text(staff, "/staff/records/searches/")
        counts.append((len(of_practice), len(of_staff)))
    assert counts[0] == counts[1]
