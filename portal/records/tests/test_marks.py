"""What goes with a record, labels that cannot be used, protected identities, and what a former practice may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict, InvalidInput
from portal.organisations.tests.factories import OperatorFactory
from portal.records.manifest import manifest_of
from portal.records.models import Holder, Movement
from portal.records.places import own_place
from portal.records.round import Stop, round_of
from portal.records.services.mark_movement import mark_movement, seal_record
from portal.records.services.prepare_movement import replace_label
from portal.records.services.settle_movement import confirm_arrival
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import Journey, a_movement, a_practice, labelled, operator, organisation_of
from portal.supplies.tests.factories import contractor_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]
BORN = {"born_on_day": "17", "born_on_month": "5", "born_on_year": "1961"}


def _clerk(sign_in: SignIn, holder: Holder) -> Client:
    return sign_in(MembershipFactory(organisation=organisation_of(holder), roles=["records_movement_clerk"]))


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    set_scope("system")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def _round(reader: Actor) -> dict[str, Stop]:
    return {stop.code: stop for stop in round_of(reader, own_place("courier"), timezone.localdate())}


def _born(movement: Movement) -> None:
    movement.record.patient.born_on = date(1961, 5, 17)
    movement.record.patient.save(update_fields=["born_on"])


def test_either_practice_says_what_goes_with_it_and_both_read_it(sign_in: SignIn) -> None:
    movement = a_movement()
    taker = _clerk(sign_in, movement.destination)
    address = f"/o/{movement.destination.code}/records/movements/{movement.reference}/"
    taker.post(f"{address}marks/", {"marks": ["gp2gp_failed"], "old_number": ""})
    set_scope("system")
    sender = _clerk(sign_in, movement.origin)
    assert "GP2GP failed" in _text(sender, f"/o/{movement.origin.code}/records/movements/{movement.reference}/")


def test_an_old_number_on_the_envelope_is_recognised_when_it_is_compared(sign_in: SignIn) -> None:
    movement = a_movement()
    _born(movement)
    [label] = labelled(movement)
    clerk = _clerk(sign_in, movement.origin)
    envelope = {"step": "bagged", "code": label.code, "number": "T 247/1", **BORN}
    address = f"/o/{movement.origin.code}/records/"
    mark_movement(operator(), movement.reference, [], "T 247/1")
    clerk.post(f"{address}match/", envelope)
    set_scope("system")
    movement.refresh_from_db()
    assert movement.state == "ready"


def test_an_nhs_number_is_no_old_number_and_unknown_marks_are_refused() -> None:
    movement = a_movement()
    with pytest.raises(InvalidInput):
        mark_movement(operator(), movement.reference, [], movement.record.patient.nhs_number)
    with pytest.raises(InvalidInput):
        mark_movement(operator(), movement.reference, ["reconstituted"])
    confirm_arrival(operator(), movement.reference)
    with pytest.raises(Conflict, match="has ended"):
        mark_movement(operator(), movement.reference, ["home_nation"])


def test_a_label_that_cannot_be_used_is_void_and_another_is_there(sign_in: SignIn) -> None:
    movement = a_movement()
    [label] = labelled(movement)
    clerk = _clerk(sign_in, movement.origin)
    address = f"/o/{movement.origin.code}/records/movements/{movement.reference}/"
    clerk.post(f"{address}new-label/", {"label": label.code, "why": "Torn"})
    set_scope("system")
    label.refresh_from_db()
    assert (label.void_reason, label.bag.labels.filter(voided_at=None).count()) == ("Torn", 1)
    assert Journey(label).scan("collected", movement.origin).discrepancies == ("void_label",)
    with pytest.raises(Conflict, match="void already"):
        replace_label(operator(), label.code, "Torn again")


def test_a_protected_patient_is_named_nowhere_and_still_found_by_the_envelope(sign_in: SignIn) -> None:
    movement = a_movement()
    _born(movement)
    [label] = labelled(movement)
    staff = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    staff.post(
        f"/staff/records/movements/{movement.reference}/protect/", {"sealed": "yes", "why": "The safeguarding lead"}
    )
    set_scope("system")
    patient = movement.record.patient
    clerk, base = _clerk(sign_in, movement.origin), f"/o/{movement.origin.code}/records/"
    for page in ("", "out/", "out/export.csv", f"movements/{movement.reference}/"):
        response = clerk.get(base + page)
        set_scope("system")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert patient.family_name not in body.decode(), page
        assert patient.nhs_number not in body.decode().replace(" ", ""), page
    clerk.post(base + "match/", {"step": "bagged", "code": label.code, "number": patient.nhs_number, **BORN})
    set_scope("system")
    movement.refresh_from_db()
    assert movement.state == "ready"
    with pytest.raises(Conflict, match="protected already"):
        seal_record(operator(), movement.reference, is_sealed=True, why="Again")


def test_a_former_practice_does_not_see_who_has_the_record_today(sign_in: SignIn) -> None:
    movement, next_practice = a_movement(), a_practice(name="HIDDEN HILL SURGERY")
    confirm_arrival(operator(), movement.reference)
    onward = start_movement(
        operator(),
        StartMovement(
            record=movement.record, origin=movement.destination, destination=next_practice, reason="registration"
        ),
    )
    confirm_arrival(operator(), onward.reference)
    page = _text(_clerk(sign_in, movement.origin), f"/o/{movement.origin.code}/records/movements/{movement.reference}/")
    assert "HIDDEN HILL" not in page
    assert movement.destination.name.replace("'", "&#39;") in page


def test_a_bag_that_came_by_mistake_leads_to_no_dead_end_and_is_on_the_couriers_list(sign_in: SignIn) -> None:
    movement, here = a_movement(), a_practice()
    _born(movement)
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    clerk = _clerk(sign_in, here)
    answer = clerk.post(
        f"/o/{here.code}/records/request/",
        {"way": "mistake", "number": movement.record.patient.nhs_number, **BORN},
        follow=True,
    )
    set_scope("system")
    assert answer.status_code == 200 and "Keep the bag apart" in answer.content.decode()
    reader = contractor_actor(permissions=frozenset({"records.view_all"}), audience="staff")
    assert label.code in manifest_of(reader, here, own_place("courier")).collect
    assert label.code in _round(reader)[here.code].collect
    Journey(label, timezone.now() + timedelta(minutes=1)).scan("collected", here)
    assert label.code not in manifest_of(reader, here, own_place("courier")).collect
    assert here.code not in _round(reader)
