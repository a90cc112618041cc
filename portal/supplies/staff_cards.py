"""What supplies puts on the operator's dashboard."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.supplies.permissions import DECIDE_FOR_SITE, HAND_OVER, PICK, RECORD_DELIVERY, SETTLE_FAULTS, VIEW_QUEUE
from portal.supplies.standing_selectors import broken_dates
from portal.supplies.stock_cards import stock_cards
from portal.supplies.warehouse_selectors import count_board


def staff_cards(actor: Actor) -> list[Card]:
    """What waits for this person first, then the state of the warehouse.

    Three queries; two more for those who keep the stock.
    """
    if not actor.can(VIEW_QUEUE):
        return []
    counts = count_board(actor)
    orders, board = reverse("staff_supplies:orders"), reverse("staff_supplies:warehouse")
    cards = [
        ("Orders to decide", counts.decide, f"{orders}?queue=decide", "Approve or reject them", DECIDE_FOR_SITE),
        ("Orders to pick", counts.pick, f"{orders}?queue=pick", "Start with the oldest", PICK),
        ("Consignments being picked", counts.picking, f"{board}?show=picking", "Scan what is left, and pack", PICK),
        ("Packed consignments", counts.packed, f"{board}?show=packed", "Hand them to the carrier", HAND_OVER),
        ("On the way", counts.moving, f"{board}?show=moving", "Record deliveries as they come in", RECORD_DELIVERY),
        ("Orders that are late", counts.late, f"{orders}?queue=late", "Promised, and not delivered yet", VIEW_QUEUE),
    ]
    return (
        _broken(actor)
        + stock_cards(actor)
        + [
            Card(
                title=title,
                value=str(number),
                address=address,
                hint=hint,
                needs_action=number > 0 and actor.can(permission),
            )
            for title, number, address, hint, permission in cards
        ]
    )


def _broken(actor: Actor) -> list[Card]:
    """Standing orders over which the portal broke down; no card while there is none."""
    if not (number := broken_dates(actor).count()):
        return []
    return [
        Card(
            title="Standing orders that broke down",
            value=str(number),
            address=reverse("staff_supplies:standing_faults"),
            hint="Tell whoever runs the portal, and settle them",
            needs_action=actor.can(SETTLE_FAULTS),
        )
    ]
