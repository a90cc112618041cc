"""Transfers between stores, and what sites read while an item is short (J24)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.models import ShortageNotice, StockBatch, StockLevel, StockMovement
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.tell_shortage import TellShortage, end_shortage, tell_shortage
from portal.supplies.services.transfer_stock import TransferStock, transfer_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, only_line, order, shelf
from portal.supplies.tests.test_batches import book_in, in_days, needles
from portal.supplies.tests.test_staff_catalogue_pages import staff

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _north() -> str:
    return StoreFactory(code="NORTH", name="North store", priority=99).code


def _transfer(level: StockLevel, packs: int, *, batch: BatchName | None = None, to: str = "NORTH") -> StockLevel:
    command = TransferStock(store=level.store.code, item=level.item.code, to=to, quantity=packs, batch=batch)
    return transfer_stock(KEEPER, command)


def test_what_leaves_one_shelf_is_on_the_other() -> None:
    level, north = shelf(10), _north()
    assert _transfer(level, 4).on_hand == 6
    assert StockLevel.objects.get(store__code=north, item=level.item).on_hand == 4
    moves = StockMovement.objects.filter(kind="transfer").order_by("id")
    assert [(each.quantity, each.reason) for each in moves] == [(-4, "To North store"), (4, "From Leeds store")]
    assert_books_are_right()


def test_a_batch_keeps_its_name_and_date() -> None:
    level = needles()
    _north()
    book_in(level, "A", 5, days=40)
    book_in(level, "B", 5, days=80)
    _transfer(level, 3, batch=BatchName(code="B", expires_on=in_days(80)))
    where = StockBatch.objects.filter(on_hand__gt=0).values_list("level__store__code", "code", "on_hand")
    assert set(where) == {("LEEDS", "A", 5), ("LEEDS", "B", 2), ("NORTH", "B", 3)}
    with pytest.raises(InvalidInput, match="Choose the batch"), transaction.atomic():
        _transfer(level, 1)
    with pytest.raises(InvalidInput, match="not in the batch"), transaction.atomic():
        _transfer(level, 3, batch=BatchName(code="B", expires_on=in_days(80)))
    assert_books_are_right()


def test_what_is_put_aside_stays_and_a_wrong_store_is_said() -> None:
    level = shelf(5)
    _north()
    order(contractor_actor(), level.item, 4)
    with pytest.raises(InvalidInput, match="Only 1 are free"), transaction.atomic():
        _transfer(level, 2)
    for wrong in ("LEEDS", "NOWHERE"):
        with pytest.raises(InvalidInput, match="another store"), transaction.atomic():
            _transfer(level, 1, to=wrong)
    with pytest.raises(InvalidInput), transaction.atomic():
        _transfer(level, 0)
    assert_books_are_right()


def test_from_a_store_that_serves_nobody_packs_go_to_the_order_that_waits() -> None:
    level = shelf(5, store=StoreFactory(code="OLD", is_active=False))
    _north()
    waiting = order(contractor_actor(), level.item, 2)
    assert only_line(waiting).state == "back_ordered"
    _transfer(level, 5)
    assert only_line(waiting).state == "accepted"
    assert_books_are_right()


def test_the_transfer_page_moves_packs_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    level = shelf(5)
    _north()
    client = sign_in(staff("stock_controller"))
    address = f"/staff/supplies/stock/LEEDS/{level.item.code}/"
    form = {"submission": str(uuid.uuid4()), "to": "NORTH", "quantity": "77"}
    refused = client.post(f"{address}transfer/", form)
    assert refused.status_code == 422 and 'value="77"' in refused.content.decode()
    answer = client.post(f"{address}transfer/", {**form, "submission": str(uuid.uuid4()), "quantity": "2"})
    assert "The transfer is recorded in both stores." in client.get(answer["Location"]).content.decode()


# Shortages -------------------------------------------------------------------------------------------


def _tell(code: str, **values: object) -> ShortageNotice:
    return tell_shortage(KEEPER, TellShortage(item=code, words="The maker is late.", **values))  # type: ignore[arg-type]


def test_sites_read_the_notice_and_find_the_substitute(sign_in: SignIn) -> None:
    short = StockLevelFactory(item=CatalogueItemFactory(name="Short form")).item
    other = StockLevelFactory(item=CatalogueItemFactory(name="Long form")).item
    _tell(short.code, substitute=other.code.lower())
    member = MembershipFactory(roles=["supplies_order_clerk"])
    client, base = sign_in(member), f"/o/{member.organisation.code}/supplies/"
    for address in (base, f"{base}items/{short.code}/"):
        page = client.get(address).content.decode()
        assert "The maker is late." in page and f'href="{base}items/{other.code}/">Long form</a>' in page
    end_shortage(KEEPER, short.code)
    assert "The maker is late." not in client.get(base).content.decode()


def test_a_notice_ends_by_itself_and_a_substitute_nobody_may_order_is_not_offered(sign_in: SignIn) -> None:
    short = StockLevelFactory().item
    dental = CatalogueItemFactory(name="Dental only", contractor_types=["dental"])
    _tell(short.code, substitute=dental.code, ends_on=timezone.localdate())
    member = MembershipFactory(roles=["supplies_order_clerk"])
    client, base = sign_in(member), f"/o/{member.organisation.code}/supplies/"
    page = client.get(base).content.decode()
    assert "The maker is late." in page and "Dental only" not in page
    ShortageNotice.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert "The maker is late." not in client.get(base).content.decode()


@pytest.mark.parametrize("substitute", ["NOWHERE", "itself", "withdrawn", "of other sites"])
def test_a_substitute_that_cannot_be_ordered_is_refused(substitute: str) -> None:
    short = CatalogueItemFactory(contractor_types=["gp"])
    codes = {
        "itself": short.code,
        "withdrawn": CatalogueItemFactory(valid_to=timezone.localdate() - timedelta(days=1)).code,
        "of other sites": CatalogueItemFactory(contractor_types=["dental"]).code,
    }
    with pytest.raises(InvalidInput, match="code of another item"), transaction.atomic():
        _tell(short.code, substitute=codes.get(substitute, substitute))
    with pytest.raises(IntegrityError, match="own_substitute"), transaction.atomic():
        ShortageNotice.objects.create(item=short, substitute=short, words="x", updated_by_name="x")


def test_words_and_days_are_checked_and_an_unknown_item_is_not_found() -> None:
    item = CatalogueItemFactory()
    for wrong in ({"words": " "}, {"words": "x" * 201}, {"words": "x", "ends_on": timezone.localdate() - timedelta(1)}):
        with pytest.raises(InvalidInput), transaction.atomic():
            tell_shortage(KEEPER, TellShortage(item=item.code, **wrong))  # type: ignore[arg-type]
    with pytest.raises(NotFound), transaction.atomic():
        _tell("NOWHERE")
    end_shortage(KEEPER, item.code)  # nothing to take away


def test_the_notice_is_written_and_taken_away_on_its_page(sign_in: SignIn) -> None:
    item = CatalogueItemFactory()
    client, address = sign_in(staff("stock_controller")), f"/staff/supplies/catalogue/{item.code}/"
    form = {"submission": str(uuid.uuid4()), "words": "Expected in May.", "substitute": ""}
    answer = client.post(f"{address}shortage/", form)
    assert "The notice was saved." in client.get(answer["Location"]).content.decode()
    assert "Expected in May." in client.get(f"{address}shortage/").content.decode()
    client.post(f"{address}shortage/over/")
    assert not ShortageNotice.objects.exists()
