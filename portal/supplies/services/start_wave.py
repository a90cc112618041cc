"""Beginning to pick several orders at once: one store, one carrier, one round (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.references import new_reference
from portal.supplies.checkpoints import why_not_picked
from portal.supplies.events import WAVE_STARTED
from portal.supplies.models import Consignment, Order, PickWave, Reservation
from portal.supplies.permissions import PICK
from portal.supplies.routes import Route
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.start_picking import start_picking
from portal.supplies.states import PICKABLE
from portal.supplies.wave_selectors import oldest_of_wave


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
    wanted = oldest_of_wave(actor, command.store, route)
    locked = Order.objects.select_for_update(of=["self"]).select_related("pick_store").filter(id__in=wanted)
    orders = [
        order
        for order in locked.order_by("id")
        if order.pick_store is not None and order.pick_store.code == command.store and not why_not_picked(order)
    ]
    if not orders:
        raise Conflict("Nothing of this group is left to pick. Somebody else began. Look at the waves again.")
    items = Reservation.objects.filter(
        line__order__in=orders, line__state__in=PICKABLE, level__item__item_class="clinical"
    )
    lock_levels(sorted(set(items.values_list("level__item_id", flat=True))))
    wave = PickWave.objects.create(
        reference=new_reference("PW"),
        store=orders[0].pick_store,
        carrier=route.carrier,
        route=route.name,
        started_by_name=actor.name,
    )
    for order in orders:
        consignment = start_picking(actor, order.reference)
        Consignment.objects.filter(pk=consignment.pk).update(wave=wave)
    record(WAVE_STARTED, actor=actor, subject=wave, consignments=len(orders), route=route.name)
    return wave
