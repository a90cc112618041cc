"""What records put on the home pages: what waits for the reader first (R8, J9, J26)."""

from __future__ import annotations

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.foundation.web.filters import count
from portal.records.collection_selectors import to_arrange
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, VIEW_ALL_RECORDS, VIEW_RECORDS, WORK_RECORDS
from portal.records.registrations.comparing import to_decide
from portal.records.registrations.permissions import JOIN_PATIENTS
from portal.records.searches.selectors import overdue_answers, own_tasks
from portal.records.selectors import Standing, open_discrepancies, standing
from portal.records.store_selectors import wanted_bags


def contractor_record_cards(actor: Actor) -> list[Card]:
    """What a practice has to prepare, to confirm and to look at, then what is under way. Four queries."""
    if not actor.can(VIEW_RECORDS):
        return []
    here = {"code": actor.organisation_code}
    coming = {each.group: each for each in standing(actor, "in")}
    leaving = {each.group: each for each in standing(actor, "out")}
    may_move = actor.can(MOVE_RECORDS)
    records_in, records_out = reverse("records:in", kwargs=here), reverse("records:out", kwargs=here)
    cards = [
        _misfits(open_discrepancies(actor).count(), reverse("records:records", kwargs=here)),
        Card(
            title="Records to look for",
            value=str(own_tasks(actor).count()),
            address=reverse("searches:tasks", kwargs=here),
            hint="Missing, and you had them once",
            needs_action=may_move,
        ),
        _group("Records to prepare", leaving["prepare"], records_out, "Make the label, and bag the record", may_move),
        _group("Records to confirm", coming["arrived"], records_in, "Delivered: say that they are here", may_move),
        _group("Records on their way to you", coming["moving"], records_in, "With the courier or at the hub", False),
        _group("Records missing or lost", coming["sought"], records_in, "They are being looked for", False),
    ]
    return [card for card in cards if card.value != "0"]


def staff_record_cards(actor: Actor) -> list[Card]:
    """What does not fit, what the store must give out, answers that are overdue, and visits to arrange again.

    Four queries.
    """
    if not actor.can(VIEW_ALL_RECORDS):
        return []
    may_work, may_scan = actor.can(WORK_RECORDS), actor.can(SCAN_RECORDS)
    rows = [
        (
            "Records that do not fit",
            open_discrepancies(actor).count(),
            reverse("staff_records:discrepancies"),
            "Find out why, and settle each",
            may_work,
        ),
        (
            "Bags to take out of the store",
            wanted_bags(actor).count(),
            reverse("staff_records:retrieve"),
            "They are wanted elsewhere",
            may_scan,
        ),
        (
            "Overdue answers about missing records",
            overdue_answers(actor).count(),
            reverse("staff_searches:searches"),
            "Telephone those who were asked",
            may_work,
        ),
        (
            "Courier's visits to arrange again",
            to_arrange(actor).count(),
            reverse("staff_records:collections_to_arrange"),
            "Nobody came, or bags were left behind",
            may_work,
        ),
    ]
    return [
        Card(title=title, value=str(number), address=address, hint=hint, needs_action=number > 0 and may)
        for title, number, address, hint, may in rows
    ]


def staff_joining_cards(actor: Actor) -> list[Card]:
    """Two patients who are said to be one: what the reader has to decide. One query."""
    if not actor.can(JOIN_PATIENTS):
        return []
    number = to_decide(actor).count()
    hint = "Somebody proposed to join them. You decide"
    address = reverse("staff_registrations:questions")
    return [
        Card(title="Patients to join, or not", value=str(number), address=address, hint=hint, needs_action=number > 0)
    ]


def _misfits(number: int, address: str) -> Card:
    hint = "A bag at the wrong place, or a step that nobody scanned"
    return Card(title="Records to look at first", value=str(number), address=address, hint=hint, needs_action=True)


def _group(title: str, rows: Standing, address: str, hint: str, needs_action: bool) -> Card:
    if rows.late:
        hint = f"{hint}. {count(rows.late, 'is', 'are')} later than expected"
    where = f"{address}?group={rows.group}"
    return Card(title=title, value=str(rows.number), address=where, hint=hint, needs_action=needs_action)
