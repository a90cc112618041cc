"""The hub: where each bag goes, cages, and their manifests (J26)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.tests.factories import OperatorFactory
from portal.records.hub.models import Cage, CageBag
from portal.records.hub.services.fill_cage import fill_cage, open_cage, sort_bags, take_from_cage
from portal.records.hub.services.send_cage import close_cage, hand_over_cage, reopen_cage
from portal.records.models import Holder, Label, RecordPart
from portal.records.tests.factories import Journey, a_movement, a_practice, labelled, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
BASE = "/staff/records/hub/"


@pytest.fixture
def staff(sign_in: Any) -> Client:
    client: Client = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    return client


def _text(response: Any, status: int = 200) -> str:
    set_scope("system")
    assert response.status_code == status
    return str(response.content.decode())


def _coming(to: Holder) -> Label:
    """A bag that the courier has collected."""
    movement = a_movement(destination=to)
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    return label


def test_each_bag_says_where_it_goes_and_which_cage_is_open_for_it() -> None:
    one, two = a_practice(), a_practice()
    cage = open_cage(operator(), one.code)
    rows = sort_bags(operator(), [_coming(one).code, _coming(two).code, "RL-2222-2222"])
    assert [(row.destination, row.cage, row.is_right) for row in rows] == [
        (one, cage.reference, True),
        (two, "", True),
        (None, "", False),
    ]
    assert {part.holder.kind for part in RecordPart.objects.select_related("holder")} == {"hub"}


def test_a_bag_for_another_place_does_not_get_in() -> None:
    here, there = a_practice(), a_practice()
    cage, right, wrong = open_cage(operator(), here.code), _coming(here), _coming(there)
    answers = fill_cage(operator(), cage.reference, [right.code, wrong.code])
    assert [each.is_right for each in answers] == [True, False]
    assert f"It goes to {there.code}" in answers[1].said
    assert [each.code for each in CageBag.objects.all()] == [right.code]
    with pytest.raises(DatabaseError, match="does not go where cage"), transaction.atomic():
        CageBag.objects.create(cage=cage, bag=wrong.bag, code=wrong.code)


def test_a_bag_is_in_one_cage_at_a_time() -> None:
    here = a_practice()
    label, cage = _coming(here), open_cage(operator(), here.code)
    fill_cage(operator(), cage.reference, [label.code])
    assert fill_cage(operator(), cage.reference, [label.code])[0].said == "It was in here already."
    close_cage(operator(), cage.reference)
    other = open_cage(operator(), here.code)
    [answer] = fill_cage(operator(), other.reference, [label.code])
    assert f"It is in cage {cage.reference} already" in answer.said
    with pytest.raises(IntegrityError, match="bag_in_one_cage"), transaction.atomic():
        CageBag.objects.create(cage=other, bag=label.bag, code=label.code)
    take_from_cage(operator(), cage.reference, label.code)
    assert fill_cage(operator(), other.reference, [label.code])[0].is_right
    with pytest.raises(NotFound), transaction.atomic():
        take_from_cage(operator(), cage.reference, label.code)


def test_one_cage_is_filled_for_a_place_at_a_time() -> None:
    here = a_practice()
    open_cage(operator(), here.code)
    with pytest.raises(Conflict, match="Fill that one first"), transaction.atomic():
        open_cage(operator(), here.code)
    for code in ("NOWHERE", "HUB"):
        with pytest.raises(InvalidInput), transaction.atomic():
            open_cage(operator(), code)


def test_a_cage_is_closed_and_leaves_as_one_scan() -> None:
    here = a_practice()
    labels, cage = [_coming(here), _coming(here)], open_cage(operator(), here.code)
    with pytest.raises(Conflict, match="is empty"), transaction.atomic():
        close_cage(operator(), cage.reference)
    fill_cage(operator(), cage.reference, [label.code for label in labels])
    with pytest.raises(Conflict, match="Close the cage first"), transaction.atomic():
        hand_over_cage(operator(), cage.reference)
    close_cage(operator(), cage.reference)
    with pytest.raises(Conflict, match="is not open"), transaction.atomic():
        fill_cage(operator(), cage.reference, [labels[0].code])
    assert hand_over_cage(operator(), cage.reference.lower()) == 2
    assert {part.holder.kind for part in RecordPart.objects.select_related("holder")} == {"courier"}
    assert not CageBag.objects.filter(ended_at=None).exists()
    with pytest.raises(Conflict), transaction.atomic():
        hand_over_cage(operator(), cage.reference)
    with pytest.raises(Conflict, match="has left"), transaction.atomic():
        take_from_cage(operator(), cage.reference, labels[0].code)


def test_a_closed_cage_is_opened_again_until_it_has_left() -> None:
    here = a_practice()
    cage, label, late = open_cage(operator(), here.code), _coming(here), _coming(here)
    with pytest.raises(Conflict, match="Only a closed cage"), transaction.atomic():
        reopen_cage(operator(), cage.reference)
    fill_cage(operator(), cage.reference, [label.code])
    close_cage(operator(), cage.reference)
    assert reopen_cage(operator(), cage.reference.lower()).state == "open"
    assert AuditEvent.objects.filter(type="hub.cage_reopened").count() == 1
    assert fill_cage(operator(), cage.reference, [late.code])[0].is_right
    close_cage(operator(), cage.reference)
    other = open_cage(operator(), here.code)
    with pytest.raises(Conflict, match="Another cage is open for"), transaction.atomic():
        reopen_cage(operator(), cage.reference)
    assert other.state == "open"
    assert hand_over_cage(operator(), cage.reference) == 2
    with pytest.raises(Conflict, match="Only a closed cage"), transaction.atomic():
        reopen_cage(operator(), cage.reference)
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Cage.objects.filter(pk=cage.pk).update(state="open", handed_over_by_name="")


def test_the_pages_of_the_hub(staff: Client) -> None:
    here = a_practice()
    label, stray = _coming(here), _coming(a_practice())
    page = _text(staff.post(f"{BASE}sort/", {"codes": label.code}))
    assert here.code in page and "Open a cage" in page
    place = staff.post(f"{BASE}open/", {"destination": here.code.lower()})["Location"].partition("?")[0]
    page = _text(staff.post(place, {"codes": f"{label.code}\n{stray.code}"}))
    assert "Put aside: 1 bag" in page and "It does not belong in here" in page
    assert label.bag.movement.record.patient.family_name not in page
    staff.post(f"{place}close/")
    assert staff.get(f"{place}manifest.pdf").content.startswith(b"%PDF")
    set_scope("system")
    reference = Cage.objects.get().reference
    assert reference in _text(staff.get(BASE))
    staff.post(f"{BASE}hand-over/", {"cage": reference})
    assert "No cage here." in _text(staff.get(BASE))
    assert reference in _text(staff.get(f"{BASE}?left=yes"))
    assert label.code in _text(staff.get(place))


def test_the_lists_cost_the_same_however_long_they_are(staff: Client) -> None:
    here = a_practice()
    cage = open_cage(operator(), here.code)
    fill_cage(operator(), cage.reference, [_coming(here).code])

    def cost() -> list[int]:
        numbers = []
        for address in (BASE, f"{BASE}cages/{cage.reference}/"):
            staff.get(address)
            with CaptureQueriesContext(connection) as queries:
                staff.get(address)
            numbers.append(len(queries))
        set_scope("system")
        return numbers

    before = cost()
    fill_cage(operator(), cage.reference, [_coming(here).code for _ in range(3)])
    open_cage(operator(), a_practice().code)
    assert cost() == before
