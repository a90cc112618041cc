"""Where order lines stand once a consignment has let go of them."""

from __future__ import annotations

from django.db.models import Sum

from portal.foundation.access import Actor
from portal.foundation.workflow import apply
from portal.supplies.models import OrderLine, Reservation
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.states import ORDER_LINE


def settle_lines(actor: Actor, lines: list[OrderLine]) -> None:
    """Moves lines that were being picked: sent whole, accepted again (the rest is put aside), or waiting for stock.

    The lines' order is locked by the caller, who has written quantities and reservations.
    """
    held = dict(Reservation.objects.filter(line__in=lines).values_list("line_id").annotate(packs=Sum("quantity")))
    for line in lines:
        if line.outstanding == 0:
            target = "dispatched"
        else:
            target = "accepted" if held.get(line.id, 0) >= line.outstanding else "back_ordered"
        apply(ORDER_LINE, line, target, actor=actor)
    # While a line was being picked or was on hold, stock that came in passed it by.
    allocate_waiting(actor, [line.item_id for line in lines if line.state == "back_ordered"])
