"""Of a consignment in several boxes the register knows which box holds a number (J7, J25)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.errors import Conflict, InvalidInput
from portal.serials.leaving import numbers_in_the_parcel
from portal.serials.models import SecureRelease, SerialRange
from portal.serials.services.warehouse import allocate
from portal.serials.tests.forms import KEEPER, in_store, numbers, site, staff
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.tests.factories import StockLevelFactory, contractor_actor, place, place_new_order
from portal.supplies.tests.warehouse import load_all, packed

pytestmark = pytest.mark.django_db


def test_of_several_boxes_the_register_knows_which_holds_a_number() -> None:
    item, member = in_store(), site()
    level = StockLevelFactory(item=item, on_hand=100)
    orderer = MembershipFactory(organisation=member.organisation, roles=["secure_stationery_orderer"])
    order = place(contractor_actor(orderer, second_factor_at=timezone.now()), (level.item, 2), reason="A campaign")
    SecureRelease.objects.all().delete()  # a second person has looked at it
    consignment = packed(order, packages=2)
    with pytest.raises(InvalidInput, match="Choose the box"), transaction.atomic():
        allocate(staff(*KEEPER), consignment.reference, numbers(item, 0, 50))
    with pytest.raises(InvalidInput, match="Box 1 has room for 50"), transaction.atomic():
        allocate(staff(*KEEPER), consignment.reference, numbers(item, 0, 51), 1)
    allocate(staff(*KEEPER), consignment.reference, numbers(item, 0, 50), 1)
    allocate(staff(*KEEPER), consignment.reference, numbers(item, 50, 50), 2)
    load_all(consignment)
    rows = numbers_in_the_parcel(consignment)
    assert [row[0] for row in rows] == [f"Box 1: {item.name}", f"Box 2: {item.name}"]
    hand_over(staff(*KEEPER), HandOver(consignment=consignment.reference, carrier="DPD"))
    with pytest.raises(IntegrityError, match="box of another consignment"), transaction.atomic():
        SerialRange.objects.filter(item=item).update(box=packed(place_new_order()).boxes.get())


def test_numbers_that_lie_in_no_box_do_not_leave() -> None:
    item, member = in_store(), site()
    level = StockLevelFactory(item=item, on_hand=100)
    orderer = MembershipFactory(organisation=member.organisation, roles=["secure_stationery_orderer"])
    order = place(contractor_actor(orderer, second_factor_at=timezone.now()), (level.item, 2), reason="A campaign")
    SecureRelease.objects.all().delete()  # a second person has looked at it
    consignment = packed(order, packages=2)
    allocate(staff(*KEEPER), consignment.reference, numbers(item, 0, 50), 1)
    allocate(staff(*KEEPER), consignment.reference, numbers(item, 50, 50), 2)
    SerialRange.objects.filter(box__number=2).update(box=None)
    load_all(consignment)
    with pytest.raises(Conflict, match="in which box"), transaction.atomic():
        hand_over(staff(*KEEPER), HandOver(consignment=consignment.reference, carrier="DPD"))
