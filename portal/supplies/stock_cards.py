"""What the stock puts on the dashboard of those who keep it."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.foundation.web.filters import count
from portal.supplies import stock_selectors as read
from portal.supplies.count_selectors import counts_to_decide
from portal.supplies.permissions import DECIDE_COUNT, RECEIVE_STOCK


def stock_cards(actor: Actor) -> list[Card]:
    """Counts to decide, and items that orders wait for: first those of which nobody knows when more comes.

    Two queries.
    """
    return [*_counts(actor), *_waited_for(actor)]


def _counts(actor: Actor) -> list[Card]:
    if not actor.can(DECIDE_COUNT):
        return []
    waiting = counts_to_decide(actor)
    address = reverse("staff_supplies:counts")
    hint = "Somebody found something else than the books say"
    return [Card(title="Counts to decide", value=str(waiting), address=address, hint=hint, needs_action=waiting > 0)]


def _waited_for(actor: Actor) -> list[Card]:
    if not actor.can(RECEIVE_STOCK):
        return []
    waiting, unannounced = read.items_waited_for(actor)
    hint = "Orders have all they need"
    if unannounced:
        hint = f"{count(unannounced, 'item')} without a delivery date: find out when more comes"
    elif waiting:
        hint = "Deliveries of all of them are announced"
    address = f"{reverse('staff_supplies:stock')}?state=waiting"
    return [
        Card(
            title="Items that orders wait for",
            value=str(waiting),
            address=address,
            hint=hint,
            needs_action=unannounced > 0,
        )
    ]
