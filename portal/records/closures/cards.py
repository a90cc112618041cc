"""What a practice that closes reads on its home page: how many records are to be counted, and how many still leave."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.foundation.web.filters import count, day
from portal.records.closures.selectors import Closing, closing_site, does_close


def contractor_closing_cards(actor: Actor) -> list[Card]:
    """How far the records of the actor's site have come; [] when it does not close or everything has left.

    Two queries for a site that does not close.
    """
    if not does_close(actor):
        return []
    closing = closing_site(actor, actor.organisation_code)
    return [] if closing.inventory is not None and closing.inventory.state == "done" else [_card(actor, closing)]


def _card(actor: Actor, closing: Closing) -> Card:
    address = reverse("closures:closing", kwargs={"code": actor.organisation_code})
    closes = f"Your site closes on {day(closing.plan.closes_on)}"
    far = closing.progress
    if closing.inventory is not None and far is not None and closing.inventory.state == "moving":
        gone = f"{count(far.left, 'record')} left already"
        return Card(title="Records that still have to leave", value=str(far.still_there), address=address,
                    hint=f"{closes}. {gone}")  # fmt: skip
    number = closing.there if far is None else far.unseen
    hint = closes if number else f"{closes}. End the count, so that the records can leave"
    return Card(title="Records to count", value=str(number), address=address, hint=hint, needs_action=True)
