"""Harm that a hand in the database does to boxes, for the test of the invariants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from portal.supplies.models import Consignment
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import CatalogueItemFactory, contractor_actor
from portal.supplies.tests.stock_books import KEEPER, order, shelf
from portal.supplies.tests.warehouse import dispatched, packed

Statement = Callable[..., None]


def _sql(statement: str, *values: object) -> None:
    """With the triggers of consignments and boxes off."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("consignment", "consignmentline", "box", "boxline"):
            cursor.execute(f'alter table "supplies_{table}" disable trigger user')
        cursor.execute(statement, values)


def _packed() -> Consignment:
    return packed(order(contractor_actor(), shelf(10).item, 3))


def take_a_pack_out_of_a_box() -> None:
    """A box holds fewer than was packed."""
    _packed()
    _sql("update supplies_boxline set quantity = 2")


def say_two_boxes() -> None:
    """There is one."""
    _packed()
    _sql("update supplies_consignment set packages = 2")


def move_a_line_into_another_consignments_box() -> None:
    """The boxes are as many as they should be."""
    _packed()
    other = _packed()
    _sql("update supplies_boxline set box_id = %s", other.boxes.get().id)


def lose_the_batch_of_a_box() -> None:
    """A batch was picked, and no box says that it holds it."""
    level = shelf(item=CatalogueItemFactory(item_class="clinical"))
    last = timezone.localdate() + timedelta(days=90)
    command = ReceiveStock(
        store=level.store.code, item=level.item.code, quantity=5, note="DN1", batch="LOT1", expires_on=last
    )
    receive_stock(KEEPER, command)
    packed(order(contractor_actor(), level.item, 3))
    _sql("update supplies_boxline set batch_id = null")


def leave_a_box_behind() -> None:
    """The consignment has gone, and its box was never scanned."""
    dispatched(order(contractor_actor(), shelf(10).item, 3))
    _sql("update supplies_box set loaded_at = null")


def receive_fewer_by_box() -> None:
    """The line says two, its box one."""
    dispatched(order(contractor_actor(), shelf(10).item, 3))
    _sql("update supplies_consignmentline set received = 2; update supplies_boxline set received = 1")
    _sql("update supplies_box set answer = 'short'")
