"""J25, J5: what a site waits for is sent as something else, when the catalogue and the site both allow it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import (
    BasketLine,
    CatalogueItem,
    Order,
    OrderLine,
    Reservation,
    Substitution,
    SuppliesAccount,
)
from portal.supplies.services.answer_substitute import answer_substitute, lapse_substitute, substitutes_to_lapse
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.expect_stock import ExpectStock, expect_stock
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute, end_substitute
from portal.supplies.services.offer_substitute import OfferSubstitute, offer_substitute, withdraw_substitute
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.say_substitutes import say_substitutes, say_substitutes_for_order
from portal.supplies.services.swap_line import PORTAL
from portal.supplies.tests.factories import CatalogueItemFactory, SecureItemFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from portal.supplies.tests.warehouse import delivered, staff_actor

pytestmark = pytest.mark.django_db


def allowed(item: CatalogueItem, substitute: CatalogueItem, packs: int = 1, instead_of: int = 1) -> None:
    command = AllowSubstitute(
        item=item.code, substitute=substitute.code, packs=packs, instead_of=instead_of, valid_from=timezone.localdate()
    )
    allow_substitute(KEEPER, command)


def offered(order: Order, substitute: CatalogueItem, actor: Actor | None = None) -> Substitution:
    line = order.lines.filter(state="back_ordered").first() or order.lines.first()
    assert line is not None
    command = OfferSubstitute(order=order.reference, item=line.item_code, substitute=substitute.code)
    return offer_substitute(actor or staff_actor(), command)


def waiting(site: Actor, *, on_hand: int = 0, packs: int = 4, free: int = 20) -> tuple[Order, Any]:
    """An order that waits for its only line, and the shelf of what may be sent instead."""
    level, other = shelf(on_hand), shelf(free)
    allowed(level.item, other.item)
    order = place(site, (level.item, packs))
    order.refresh_from_db()
    return order, other


def said(site: Actor, order: Order, choice: str) -> None:
    say_substitutes_for_order(site, order.reference, choice)


def test_a_site_that_accepts_gets_it_at_once_and_is_told() -> None:
    site = contractor_actor()
    say_substitutes(site, "yes")
    order, other = waiting(site)
    assert order.substitutes == "yes" and order.promised_on is None
    offer = offered(order, other.item)
    old, new = order.lines.order_by("position")
    assert (offer.state, offer.beforehand, offer.new_line_id) == ("accepted", True, new.id)
    assert (old.state, old.cancelled, old.substituted) == ("cancelled", 4, 4)
    assert (new.state, new.quantity, new.substitute_for_id) == ("accepted", 4, old.id)
    order.refresh_from_db()
    assert order.state == "accepted" and order.promised_on == new.promised_on is not None
    assert OutboxMessage.objects.filter(kind="supplies.substituted").count() == 1
    assert AuditEvent.objects.filter(type="supplies.substitute_sent").count() == 1
    assert_books_are_right()


def test_the_factor_counts_packs_and_never_too_few() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    allowed(order.lines.get().item, other.item, packs=3, instead_of=2)
    said(site, order, "yes")
    assert offered(order, other.item).new_packs == 6


def test_only_what_is_waited_for_is_swapped() -> None:
    site = contractor_actor()
    order, other = waiting(site, on_hand=1)
    said(site, order, "yes")
    offered(order, other.item)
    old, new = order.lines.order_by("position")
    assert (old.state, old.outstanding, new.quantity) == ("accepted", 1, 3)
    assert_books_are_right()
    delivered(order)
    assert_books_are_right()


def test_a_site_that_wants_to_be_asked_answers_yes() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    assert (offer.state, order.substitutes) == ("asked", "ask")
    assert order.lines.get().state == "back_ordered"
    with pytest.raises(Conflict, match="has been asked"), transaction.atomic():
        offered(order, other.item)
    answer_substitute(site, order.reference, offer.reference, accept=True)
    offer.refresh_from_db()
    assert (offer.state, offer.answered_by_name) == ("accepted", site.name)
    with pytest.raises(Conflict, match="closed"), transaction.atomic():
        answer_substitute(site, order.reference, offer.reference, accept=False)
    assert_books_are_right()


def test_no_leaves_the_line_waiting_and_it_may_be_offered_again() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    answer_substitute(site, order.reference, offer.reference, accept=False)
    assert order.lines.get().state == "back_ordered"
    assert offered(order, other.item).state == "asked"


def test_after_the_last_day_nobody_answers_and_the_line_keeps_waiting() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    assert substitutes_to_lapse() == []
    Substitution.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Conflict, match="last day to answer has passed"), transaction.atomic():
        answer_substitute(site, order.reference, offer.reference, accept=True)
    assert substitutes_to_lapse() == [(order.reference, offer.reference)]
    assert lapse_substitute(PORTAL, order.reference, offer.reference)
    assert not lapse_substitute(PORTAL, order.reference, offer.reference)
    assert OutboxMessage.objects.filter(kind="supplies.substitute_lapsed").count() == 1
    assert order.lines.get().state == "back_ordered"


def test_stock_that_comes_in_meanwhile_makes_the_offer_needless() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    level = order.lines.get().item.stock_levels.get()
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=9, note="DN1"))
    with pytest.raises(Conflict, match="does not wait for stock any more"), transaction.atomic():
        answer_substitute(site, order.reference, offer.reference, accept=True)
    assert lapse_substitute(PORTAL, order.reference, offer.reference)
    assert not OutboxMessage.objects.filter(kind="supplies.substitute_lapsed").exists()


def test_of_what_came_in_in_part_only_the_rest_is_swapped() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    level = order.lines.get().item.stock_levels.get()
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=1, note="DN1"))
    answer_substitute(site, order.reference, offer.reference, accept=True)
    offer.refresh_from_db()
    assert (offer.packs, offer.new_packs) == (3, 3)
    assert_books_are_right()


def test_a_cancelled_order_has_no_open_offer() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    cancel_order(site, order.reference, "Not needed.")
    with pytest.raises(Conflict, match="does not wait"), transaction.atomic():
        answer_substitute(site, order.reference, offer.reference, accept=True)
    assert substitutes_to_lapse() == [(order.reference, offer.reference)]


def test_an_offer_can_be_withdrawn() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    withdraw_substitute(staff_actor(), order.reference, offer.reference)
    with pytest.raises(Conflict, match="closed: withdrawn"), transaction.atomic():
        answer_substitute(site, order.reference, offer.reference, accept=True)


def test_a_site_that_wants_none_gets_none() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    said(site, order, "no")
    with pytest.raises(Refused, match="wants none"), transaction.atomic():
        offered(order, other.item)


def test_too_few_free_change_nothing() -> None:
    site = contractor_actor()
    order, other = waiting(site, free=2)
    said(site, order, "yes")
    with pytest.raises(Conflict, match="Only 2 of"), transaction.atomic():
        offered(order, other.item)
    assert not Reservation.objects.exists()
    assert OrderLine.objects.count() == 1


def test_only_what_the_catalogue_allows_today_is_offered() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    with pytest.raises(InvalidInput, match="allows today"), transaction.atomic():
        offered(order, CatalogueItemFactory())
    end_substitute(KEEPER, order.lines.get().item_code, other.item.code)
    with pytest.raises(InvalidInput, match="allows today"), transaction.atomic():
        offered(order, other.item)


def test_a_substitute_that_is_in_the_order_already_is_not_offered() -> None:
    site = contractor_actor()
    level, other = shelf(0), shelf(20)
    allowed(level.item, other.item)
    order = place(site, (level.item, 2), (other.item, 1))
    with pytest.raises(Conflict, match="in this order already"), transaction.atomic():
        offered(order, other.item)


def test_a_substitute_counts_as_what_was_ordered() -> None:
    """The allowance of the item that was ordered is used; that of the one that was sent is not."""
    site = contractor_actor()
    level = shelf(0, item=CatalogueItemFactory(allowance_quantity=5, allowance_days=30))
    other = shelf(50, item=CatalogueItemFactory(allowance_quantity=5, allowance_days=30))
    allowed(level.item, other.item)
    order = place(site, (level.item, 4))
    said(site, order, "yes")
    offered(order, other.item)
    with pytest.raises(InvalidInput), transaction.atomic():
        place(site, (level.item, 2))
    BasketLine.objects.all().delete()
    assert place(site, (other.item, 5)).lines.get().quantity == 5
    assert_books_are_right()


def test_another_site_cannot_answer() -> None:
    site = contractor_actor()
    order, other = waiting(site)
    offer = offered(order, other.item)
    with pytest.raises(NotFound), transaction.atomic():
        answer_substitute(contractor_actor(), order.reference, offer.reference, accept=True)


def test_what_a_site_says_holds_for_its_next_orders() -> None:
    site = contractor_actor()
    say_substitutes(site, "no")
    assert SuppliesAccount.objects.get().substitutes == "no"
    order, _ = waiting(site)
    assert order.substitutes == "no"
    with pytest.raises(InvalidInput), transaction.atomic():
        say_substitutes(site, "perhaps")


def test_secure_stationery_has_no_rule_and_is_none() -> None:
    item, secure = CatalogueItemFactory(), SecureItemFactory()
    for one, two in ((item, secure), (secure, item)):
        with pytest.raises(InvalidInput, match="secure stationery"), transaction.atomic():
            allowed(one, two)


def test_a_new_date_of_what_is_waited_for_is_told() -> None:
    site = contractor_actor()
    order, _ = waiting(site)
    level = order.lines.get().item.stock_levels.get()
    day = timezone.localdate() + timedelta(days=20)
    expect_stock(KEEPER, ExpectStock(store=level.store.code, item=level.item.code, expected_on=day))
    order.refresh_from_db()
    assert order.promised_on is not None
    assert OutboxMessage.objects.filter(kind="supplies.promise_changed").count() == 1
