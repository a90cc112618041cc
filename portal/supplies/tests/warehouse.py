"""Staff, and orders on their way through the warehouse, for tests."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.supplies.models import Consignment, Order
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.keep_boxes import PutIntoBox, add_box, put_into_box, put_rest_into_box
from portal.supplies.services.load_box import LoadBox, load_box
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery
from portal.supplies.services.start_picking import start_picking


def staff_actor(*roles: str, user_id: int = 900_001) -> Actor:
    """A member of the operator's staff with these roles (the warehouse's by default)."""
    return Actor(
        name="Wanda Nowak",
        email="wanda@example.org",
        audience="staff",
        user_id=user_id,
        organisation_name="The operator",
        permissions=permissions_of(list(roles or ("warehouse_operator",))),
    )


def picked(order: Order, **short: int) -> Consignment:
    """A consignment of the order, everything picked but what ``short`` names (item code with _ for -)."""
    consignment = start_picking(staff_actor(), order.reference)
    for line in consignment.lines.select_related("line"):
        packs = line.quantity - short.get(line.line.item_code.replace("-", "_"), 0)
        if packs:
            pick_item(
                staff_actor(),
                PickItem(consignment=consignment.reference, item_code=line.line.item_code, quantity=packs),
            )
    return consignment


def packed(order: Order, *, packages: int = 1) -> Consignment:
    """A packed consignment of everything that is put aside; with several ``packages`` a pack in each but the last."""
    consignment = picked(order)
    if packages > 1:
        box_by_box(consignment, packages)
    return pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference))


def box_by_box(consignment: Consignment, boxes: int) -> None:
    """Makes boxes: a pack of the first line in each but the last, which holds the rest."""
    code = consignment.lines.get(line__position=1).line.item_code
    for number in range(1, boxes + 1):
        add_box(staff_actor(), consignment.reference)
        if number < boxes:
            put_into_box(staff_actor(), PutIntoBox(consignment=consignment.reference, box=number, item_code=code))
        else:
            put_rest_into_box(staff_actor(), consignment.reference, number)


def load_all(consignment: Consignment) -> None:
    """Scans every box to the carrier."""
    for box in consignment.boxes.order_by("number"):
        load_box(staff_actor(), LoadBox(consignment=consignment.reference, code=box.code))


def dispatched(order: Order, *, packages: int = 1) -> Consignment:
    """A consignment with the carrier."""
    consignment = packed(order, packages=packages)
    if packages > 1:
        load_all(consignment)
    command = HandOver(consignment=consignment.reference, carrier="DPD", carrier_reference="15502 4471")
    return hand_over(staff_actor(), command)


def delivered(order: Order, *, at: datetime | None = None) -> Consignment:
    """A consignment that was taken in at the site."""
    command = RecordDelivery(
        consignment=dispatched(order).reference, received_by="Jo Field", delivered_at=at or timezone.now()
    )
    return record_delivery(staff_actor(), command)
