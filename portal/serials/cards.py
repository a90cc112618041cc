"""What numbered forms put on the home pages: what waits for the reader (R8, J7)."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.serials.incidents import list_incidents
from portal.serials.permissions import (
    AGREE_FORMAT,
    KEEP_PRESCRIBERS,
    RELEASE_ORDERS,
    SETTLE_INCIDENTS,
    VIEW_REGISTER,
)
from portal.serials.prescribers import open_pad_tasks
from portal.serials.releases import waiting_releases
from portal.serials.rules import waiting_rules


def contractor_form_cards(actor: Actor) -> list[Card]:
    """Pads of people who left, which somebody must destroy. One query."""
    if not actor.can(KEEP_PRESCRIBERS) or not (number := open_pad_tasks(actor).count()):
        return []
    address = reverse("serials:prescribers", kwargs={"code": actor.organisation_code})
    hint = "Somebody left: destroy or send back what is there"
    return [Card(title="Pads of leavers", value=str(number), address=address, hint=hint, needs_action=True)]


def staff_form_cards(actor: Actor) -> list[Card]:
    """Unusual orders and formats that wait for a second person, and reports of missing forms. Three queries."""
    if not actor.can(VIEW_REGISTER):
        return []
    releases, incidents = waiting_releases(actor).count(), list_incidents(actor, {"open": "1"}).count()
    cards = [
        Card(
            title="Unusual orders to release",
            value=str(releases),
            address=reverse("staff_serials:releases"),
            hint="A second person looks before they are picked",
            needs_action=releases > 0 and actor.can(RELEASE_ORDERS),
        ),
        Card(
            title="Missing forms, still open",
            value=str(incidents),
            address=reverse("staff_serials:incidents") + "?open=1",
            hint="Each closes only with an outcome",
            needs_action=incidents > 0 and actor.can(SETTLE_INCIDENTS),
        ),
        Card(
            title="Formats of numbers to decide",
            value=str(waiting_rules(actor).count()),
            address=reverse("staff_serials:formats"),
            hint="A second person agrees before numbers are read so",
            needs_action=actor.can(AGREE_FORMAT),
        ),
    ]
    return [card for card in cards if card.value != "0"]
