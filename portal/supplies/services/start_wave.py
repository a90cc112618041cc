"""Beginning to pick several orders at once: one store, one carrier, one round (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.references import new_reference
from portal.supplies.checkpoints import why_not_picked
from portal.supplies.events import WAVE_STARTED
from portal.supplies.models import Consignment, Order, PickWave, Reservation, Store
from portal.supplies.permissions import PICK
from portal.supplies.routes import Route
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.start_picking import PICKABLE, start_picking
from portal.supplies.wave_selectors import MOST_ORDERS, orders_to_pick


@dataclass(frozen=True, kw_only=True)
class StartWave:
    """The command: the code of a store, and the carrier and round of the parcels."""

    store: str
    carrier: str
    route: str


@service(PICK)
def start_wave(actor: Actor, command: StartWave) -> PickWave:
    """Makes a consignment of each of the oldest orders of the group, at most ``MOST_ORDERS``; returns the wave.

    All orders and then all shelves are locked first, in the order of their ids: two waves, or a wave and a
    picker, cannot wait for each other. Raises Conflict when nothing of the group is left to pick.
    """
    route = Route(command.carrier, command.route)
    wanted = [each.order_id for each in orders_to_pick(actor) if (each.store, each.route) == (command.store, route)]
    locked = list(Order.objects.select_for_update().filter(id__in=wanted[:MOST_ORDERS]).order_by("id"))
    aside = Reservation.objects.filter(line__order__in=locked, line__state__in=PICKABLE).select_related("level__store")
    first: dict[int, Reservation] = {}
    for each in aside.select_related("line").order_by("level__store__priority", "level__store_id"):
        first.setdefault(each.line.order_id, each)
    orders = [
        order
        for order in locked
        if order.id in first and first[order.id].level.store.code == command.store and not why_not_picked(order)
    ]
    if not orders:
        raise Conflict("Nothing of this group is left to pick. Somebody else began. Look at the waves again.")
    items = aside.filter(line__order__in=orders, level__item__item_class="clinical")
    lock_levels(sorted(set(items.values_list("level__item_id", flat=True))))
    wave = PickWave.objects.create(
        reference=new_reference("PW"),
        store=Store.objects.get(code=command.store),
        carrier=route.carrier,
        route=route.name,
        started_by_name=actor.name,
    )
    for order in orders:
        consignment = start_picking(actor, order.reference)
        Consignment.objects.filter(pk=consignment.pk).update(wave=wave)
    record(WAVE_STARTED, actor=actor, subject=wave, consignments=len(orders), route=route.name)
    return wave
