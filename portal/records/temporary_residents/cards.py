"""What temporary residents' forms put on the dashboards (R8)."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.temporary_residents.permissions import HANDLE_FORMS, ROUTE_FORMS, VIEW_FORMS
from portal.records.temporary_residents.selectors import queue, waiting


def contractor_temporary_cards(actor: Actor) -> list[Card]:
    """Forms that the practice has not downloaded, or not archived; one query, none for who may not see them."""
    if not actor.can(VIEW_FORMS):
        return []
    numbers, address = waiting(actor), reverse("temporary:received", kwargs={"code": actor.organisation_code})
    rows = (
        ("Temporary residents' forms to download", numbers.to_download, "Download, save and archive them"),
        ("Temporary residents' forms to archive", numbers.to_archive, "Archive what is in your own system"),
    )
    return [
        Card(title=title, value=str(number), address=address, hint=hint, needs_action=actor.can(HANDLE_FORMS))
        for title, number, hint in rows
        if number
    ]


def staff_temporary_cards(actor: Actor) -> list[Card]:
    """Forms whose practice must be found, and those that practices leave unread; two queries."""
    if not actor.can(VIEW_ALL_RECORDS):
        return []
    numbers, address = queue(actor), reverse("staff_temporary:forms")
    late = f"{numbers.late} later than they should be" if numbers.late else "Find the patient's practice"
    rows = (
        ("Temporary residents' forms without a practice", numbers.to_route, "route", late),
        ("Temporary residents' forms left unread", numbers.overdue, "overdue", "Call the practice, or take them back"),
    )
    cards = [
        Card(
            title=title,
            value=str(number),
            address=f"{address}?group={group}",
            hint=hint,
            needs_action=number > 0 and actor.can(ROUTE_FORMS),
        )
        for title, number, group, hint in rows
    ]
    if numbers.bags:
        bags = reverse("staff_temporary:bags")
        title, hint = "Bags of forms to open or to look for", "Enter what is in them"
        needs_action = actor.can(ROUTE_FORMS)
        cards.append(Card(title=title, value=str(numbers.bags), address=bags, hint=hint, needs_action=needs_action))
    return cards
