"""The operator's pages of records, and what happens by itself (J26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.invariants import all_invariants, find_broken
from portal.organisations.tests.factories import OperatorFactory
from portal.records.chain import changed_links
from portal.records.models import Bag, Discrepancy, Movement, Scan
from portal.records.places import own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.join_store import join_everything
from portal.records.services.settle_movement import cancel_movement
from portal.records.services.watch_clock import let_time_pass
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_patient,
    a_practice,
    a_record,
    labelled,
    operator,
    organisation_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]


@pytest.fixture
def staff(sign_in: SignIn) -> Client:
    return sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))


def _text(response: Any, status: int = 200) -> str:
    set_scope("system")
    assert response.status_code == status
    return response.content.decode()


def test_a_stack_is_scanned_and_what_is_wrong_stands_first(staff: Client) -> None:
    movement = a_movement()
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    codes = f"{label.code}\n\nRL-2222-2222\n{label.code}\n"
    page = _text(staff.post("/staff/records/scan/", {"kind": "hub_in", "place": "hub", "codes": codes}))
    assert "1 of 2 do not fit" in page
    assert page.index("RL-2222-2222") < page.index(label.code)
    movement.refresh_from_db()
    assert movement.state == "in_transit"


def test_a_place_that_nobody_knows_is_said(staff: Client) -> None:
    page = _text(staff.post("/staff/records/scan/", {"kind": "hub_in", "place": "X1", "codes": "RL-2222-2222"}), 422)
    assert "No place with this code is known" in page and "RL-2222-2222" in page


@pytest.mark.parametrize(
    ("kind", "needed"), [("hub_in", "hub"), ("hub_out", "hub"), ("shelved", "store"), ("retrieved", "store")]
)
def test_what_is_done_at_the_operators_own_places_is_not_done_at_a_practice(
    staff: Client, kind: str, needed: str
) -> None:
    movement = a_movement()
    [label] = labelled(movement)
    place = movement.destination.code
    page = _text(staff.post("/staff/records/scan/", {"kind": kind, "place": place, "codes": label.code}), 422)
    assert f"This place is not a {needed}" in page and label.code in page
    assert not Scan.objects.exists()


def test_a_movement_is_found_by_its_number_and_by_its_label(staff: Client) -> None:
    movement = a_movement()
    [label] = labelled(movement)
    for typed in (movement.reference.lower(), label.code.replace("-", "")):
        response = staff.get("/staff/records/", {"words": typed})
        assert response["Location"] == f"/staff/records/movements/{movement.reference}/"
    assert "No movement and no label" in _text(staff.get("/staff/records/", {"words": "MV-2222-2222"}))


def test_the_operators_pages_do_not_name_the_patient(staff: Client) -> None:
    movement = a_movement()
    patient = movement.record.patient
    for address in (f"/staff/records/movements/{movement.reference}/", "/staff/records/?group=all"):
        page = _text(staff.get(address))
        assert movement.reference in page
        assert patient.family_name not in page and patient.nhs_number not in page


def test_a_movement_is_cancelled_with_a_reason_that_both_read(staff: Client) -> None:
    movement = a_movement()
    staff.post(f"/staff/records/movements/{movement.reference}/cancel/", {"why": "Never registered there"})
    movement.refresh_from_db()
    assert (movement.state, movement.end_note) == ("cancelled", "Never registered there")
    again = staff.post(f"/staff/records/movements/{movement.reference}/cancel/", {"why": "Pressed twice"})
    assert "This movement has ended: cancelled." in _text(again, 409)
    movement.refresh_from_db()
    assert movement.end_note == "Never registered there"


def test_a_bag_goes_missing_and_lost_step_by_step(staff: Client) -> None:
    movement = a_movement(parts=2)
    here = f"/staff/records/movements/{movement.reference}/"
    _text(staff.post(f"{here}lost/", {"bag": "2", "why": "x"}), 409)
    staff.post(f"{here}missing/", {"bag": "2", "why": "Searched both cabinets and the hub"})
    staff.post(f"{here}lost/", {"bag": "2", "why": "Six months"})
    assert list(Bag.objects.order_by("number").values_list("state", flat=True)) == ["requested", "lost"]
    assert "Lost" in _text(staff.get(here))


def test_what_does_not_fit_is_settled_once(staff: Client) -> None:
    found = Discrepancy.objects.create(kind="overdue", detail="x")
    address = f"/staff/records/discrepancies/{found.reference}/"
    assert found.get_kind_display() in _text(staff.get("/staff/records/discrepancies/"))
    staff.post(address, {"outcome": "It had come, and was not scanned."})
    assert "Everything fits" in _text(staff.get("/staff/records/discrepancies/"))
    assert "has settled this already" in _text(staff.post(address, {"outcome": "Again"}), 409)


def _stored(**patient: Any) -> tuple[Any, RegisteredPatient]:
    somebody = a_patient(**patient)
    return a_record(own_place("store"), patient=somebody), somebody


def test_the_record_of_a_registered_patient_leaves_the_store_by_itself(staff: Client) -> None:
    home = a_practice()
    wanted, _ = _stored(registered_at=organisation_of(home))
    _stored()
    _stored(registered_at=organisation_of(home), has_died=True)
    assert join_everything() == 1
    movement = Movement.objects.get()
    assert (movement.record, movement.destination, movement.reason) == (wanted, home, "returning")
    assert movement.reference in _text(staff.get("/staff/records/store/take-out/"))
    assert join_everything() == 0


def test_a_cancelled_return_is_found_again() -> None:
    _stored(registered_at=organisation_of(a_practice()))
    join_everything()
    cancel_movement(operator(), Movement.objects.get().reference, "By mistake")
    assert join_everything() == 1


def test_what_should_have_arrived_is_shown_once_to_whoever_waits() -> None:
    movement = a_movement()
    Movement.objects.update(expected_by=timezone.localdate() - timedelta(days=20))
    let_time_pass()
    let_time_pass()
    found = Discrepancy.objects.get()
    assert (found.kind, found.shown_to) == ("overdue", movement.destination_organisation)
    assert AuditEvent.objects.filter(type="records.overdue_found").count() == 1


def test_what_is_missing_for_six_months_counts_as_lost() -> None:
    movement = a_movement()
    [label] = labelled(movement)
    Journey(label).scan("received", movement.destination, envelope_differs=True)
    Bag.objects.update(state_since=timezone.now() - timedelta(days=200))
    let_time_pass()
    movement.refresh_from_db()
    assert movement.state == "lost"


def test_a_lost_record_that_turns_up_is_accounted_for_again() -> None:
    test_what_is_missing_for_six_months_counts_as_lost()
    movement = Movement.objects.get()
    label = movement.bags.get().labels.get()
    Journey(label, timezone.now()).scan("received", movement.destination)
    movement.refresh_from_db()
    assert movement.state == "in_storage"


def test_every_invariant_holds_after_a_journey() -> None:
    movement = a_movement(parts=2)
    for label in labelled(movement):
        Journey(label).scan("received", movement.destination)
    mine = [each for each in all_invariants() if each.code.startswith("records.")]
    assert len(mine) >= 6
    assert find_broken(mine) == []
    assert list(changed_links()) == []


@pytest.mark.parametrize("typed", ["A99999", "a/b", "..", "<b>"])
def test_a_practice_that_nobody_knows_is_said_on_the_courier_page(staff: Client, typed: str) -> None:
    page = _text(staff.get("/staff/records/collections/", {"site": typed}))
    assert "No practice has the code" in page


def test_a_practices_code_leads_to_its_visits(staff: Client) -> None:
    code = a_practice().code
    answer = staff.get("/staff/records/collections/", {"site": f" {code.lower()} "})
    assert answer["Location"] == f"/staff/records/collections/sites/{code}/"
