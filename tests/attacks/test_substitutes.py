"""Somebody sends something else than was ordered, or sends back more than came (J7, J25).

Each attack has a half with its control switched off, in which it is seen to succeed.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import DomainError, InvalidInput, Refused
from portal.serials.services.keep_forms import confirm_arrival, send_back
from portal.serials.services.warehouse import take_back
from portal.serials.tests.forms import KEEPER as FORM_KEEPER
from portal.serials.tests.forms import delivered, in_store, keeper_of, numbers, site, staff
from portal.supplies.models import AllowedSubstitute, OrderLine, StockLevel
from portal.supplies.services.answer_substitute import answer_substitute
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute
from portal.supplies.services.record_delivery import record_failed_delivery
from portal.supplies.services.return_consignment import return_consignment
from portal.supplies.tests.factories import SecureItemFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from portal.supplies.tests.test_substitution import offered, said, waiting
from portal.supplies.tests.warehouse import dispatched, staff_actor

pytestmark = pytest.mark.django_db


def _into_secure() -> tuple[Actor, Any, Any]:
    """A site waits for a plain form; somebody would like to send it prescription pads instead."""
    buyer = contractor_actor()
    level, pads = shelf(0), shelf(9, item=SecureItemFactory())
    return buyer, place(buyer, (level.item, 2)), (level.item, pads.item)


def test_pads_are_never_sent_instead_of_a_plain_form() -> None:
    """By the rule, by the database, and, were there a rule, by the swap itself."""
    _, order, (plain, pads) = _into_secure()
    command = AllowSubstitute(item=plain.code, substitute=pads.code, valid_from=timezone.localdate())
    with pytest.raises(InvalidInput, match="secure stationery"), transaction.atomic():
        allow_substitute(KEEPER, command)
    with pytest.raises(IntegrityError, match="never substituted"), transaction.atomic():
        _plant_a_rule(plain, pads)
    with pytest.raises(InvalidInput, match="allows today"), transaction.atomic():
        offered(order, pads)


def test_an_item_that_became_secure_after_its_rule_is_not_sent() -> None:
    buyer = contractor_actor()
    order, other = waiting(buyer)
    said(buyer, order, "yes")
    type(other.item).objects.filter(id=other.item.id).update(item_class="secure")
    with pytest.raises(DomainError, match="Secure stationery is never substituted"), transaction.atomic():
        offered(order, other.item)


def test_with_the_controls_off_pads_go_out_instead_of_a_plain_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: nine pads on the shelf, two of them put aside for a clerk without the right."""
    buyer, order, (plain, pads) = _into_secure()
    said(buyer, order, "yes")
    for table in ("allowedsubstitute", "substitution"):
        with connection.cursor() as cursor:
            cursor.execute(f'alter table "supplies_{table}" disable trigger user')
    _plant_a_rule(plain, pads)
    monkeypatch.setattr("portal.supplies.services.swap_line.never_substituted", lambda item: False)
    assert offered(order, pads).state == "accepted"
    assert OrderLine.objects.filter(item=pads, state="accepted").exists()


def _plant_a_rule(item: Any, substitute: Any) -> None:
    AllowedSubstitute.objects.create(
        item=item, substitute=substitute, valid_from=timezone.localdate(), added_by_name="A hand in the database"
    )


def _two_hats(order: Any) -> Actor:
    """Who works for the operator and orders for a site, too."""
    return staff_actor(user_id=order.placed_by_id)


def test_nobody_substitutes_in_an_order_of_their_own() -> None:
    buyer = contractor_actor()
    order, other = waiting(buyer)
    said(buyer, order, "yes")
    with pytest.raises(Refused, match="placed it yourself"), transaction.atomic():
        offered(order, other.item, _two_hats(order))


def test_nobody_answers_an_offer_of_their_own() -> None:
    buyer = contractor_actor()
    order, other = waiting(buyer)
    offer = offered(order, other.item)
    type(offer).objects.update(proposed_by_id=buyer.user_id)
    with pytest.raises(Refused, match="because you made it"), transaction.atomic():
        answer_substitute(buyer, order.reference, offer.reference, accept=True)


def test_with_the_service_off_the_database_still_wants_two_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraint alone: an answer that the proposer wrote past the service."""
    buyer = contractor_actor()
    order, other = waiting(buyer)
    offer = offered(order, other.item)
    with pytest.raises(IntegrityError, match="not_answered_by_proposer"), transaction.atomic():
        type(offer).objects.update(
            state="declined", answered_by_id=offer.proposed_by_id, answered_at=timezone.now(), answered_by_name="x"
        )


def test_with_both_controls_off_one_person_decides_alone() -> None:
    """Seen on 28 November 2026: proposed and answered by the same user."""
    buyer = contractor_actor()
    order, other = waiting(buyer)
    offer = offered(order, other.item)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table supplies_substitution drop constraint substitution_not_answered_by_proposer")
    type(offer).objects.update(
        state="declined", answered_by_id=offer.proposed_by_id, answered_at=timezone.now(), answered_by_name="x"
    )
    offer.refresh_from_db()
    assert offer.answered_by_id == offer.proposed_by_id


# More comes back than went out -----------------------------------------------------------------------


def test_no_more_numbered_forms_come_back_than_the_site_has() -> None:
    member = site()
    item = in_store()
    delivered(item, member, 0, 100)
    confirm_arrival(keeper_of(member), _parcel_of(item), numbers(item, 0, 100))
    with pytest.raises(DomainError), transaction.atomic():
        send_back(keeper_of(member), numbers(item, 0, 101), "Too many")
    send_back(keeper_of(member), numbers(item, 0, 10), "Too many")
    with pytest.raises(DomainError), transaction.atomic():
        take_back(staff(*FORM_KEEPER), "LEEDS", numbers(item, 0, 11))


def _parcel_of(item: Any) -> str:
    from portal.supplies.models import Consignment

    return Consignment.objects.get(lines__line__item=item).reference


def test_a_parcel_comes_back_once_with_what_was_in_it() -> None:
    level = shelf(10)
    parcel = dispatched(place(contractor_actor(), (level.item, 4)))
    record_failed_delivery(staff_actor(), parcel.reference, "Nobody there")
    return_consignment(staff_actor(), parcel.reference)
    with pytest.raises(DomainError), transaction.atomic():
        return_consignment(staff_actor(), parcel.reference)
    assert StockLevel.objects.get().on_hand == 10
    assert_books_are_right()


def test_with_the_state_unchecked_a_parcel_comes_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: the shelf would hold more than ever came in, and the books say so."""
    level = shelf(10)
    parcel = dispatched(place(contractor_actor(), (level.item, 4)))
    record_failed_delivery(staff_actor(), parcel.reference, "Nobody there")
    return_consignment(staff_actor(), parcel.reference)
    monkeypatch.setattr("portal.supplies.services.return_consignment.CONSIGNMENT.check", lambda *_: None)
    monkeypatch.setattr("portal.supplies.services.return_consignment.apply", lambda *_, **__: None)
    with pytest.raises((AssertionError, IntegrityError)), transaction.atomic():
        return_consignment(staff_actor(), parcel.reference)
        assert_books_are_right()
