"""How supplies are counted: each rule once, and all of them against a second way of counting."""

from __future__ import annotations

import random
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from portal.foundation.levels.months import month_of
from portal.foundation.levels.reading import LevelFilter, own
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.levels import SUPPLIES
from portal.supplies.models import OrderLine
from portal.supplies.permissions import VIEW_ORDERS
from portal.supplies.services.report_problem import ReportProblem, report_problem
from portal.supplies.tests.factories import CatalogueItemFactory, contractor_actor
from portal.supplies.tests.levels_facts import Part, a_line, at

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)
DUE = date(2026, 5, 14)


@pytest.fixture
def site() -> Organisation:
    return OrganisationFactory(kind="gp_practice", contractor_type="gp")


def counted(site: Organisation, month: date = MAY) -> dict[str, tuple[int, int]]:
    """Counted and met by measure."""
    actor = contractor_actor(organisation_id=site.id, permissions=frozenset({VIEW_ORDERS.code}))
    found = own(actor, SUPPLIES, LevelFilter(first=month, last=month)).get(month, {})
    return {measure: (figure.counted, figure.met) for measure, figure in found.items()}


def shares(site: Organisation, month: date = MAY) -> tuple[tuple[int, int], ...]:
    """On time, complete, correct."""
    found = counted(site, month)
    return tuple(found.get(code, (0, 0)) for code in ("on_time", "complete", "correct"))


def test_what_is_there_on_the_promised_day_is_in_time(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE, time(18))))
    assert shares(site) == ((1, 1), (1, 1), (1, 1))


def test_what_comes_a_day_later_is_complete_and_not_in_time(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE + timedelta(days=1))))
    assert shares(site) == ((1, 0), (1, 1), (1, 1))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 7, 31), date(2026, 10, 25), date(2026, 10, 31)])
def test_a_day_ends_at_midnight_on_the_wall_also_when_the_clocks_change(site: Organisation, day: date) -> None:
    a_line(site, day, Part(packs=4, delivered_at=at(day, time(23, 59))))
    a_line(site, day, Part(packs=4, delivered_at=at(day + timedelta(days=1), time(0, 1))))
    assert shares(site, month_of(day))[0] == (2, 1)


def test_a_line_belongs_to_the_month_it_was_promised_for(site: Organisation) -> None:
    a_line(site, date(2026, 5, 31), Part(packs=4, delivered_at=at(date(2026, 6, 1))))
    assert (counted(site)["on_time"], counted(site, date(2026, 6, 1))) == ((1, 0), {})


def test_a_line_without_a_date_belongs_to_the_month_it_was_ordered_in(site: Organisation) -> None:
    late = at(date(2026, 6, 30), time(23, 30))  # in summer: half past ten in the evening, UTC
    line = a_line(site, None)
    OrderLine.objects.filter(id=line.id).update(placed_at=late)
    assert counted(site, date(2026, 6, 1)) == {"no_date": (1, 1)}


def test_the_first_promise_counts_whatever_is_promised_later(site: Organisation) -> None:
    line = a_line(site, DUE, Part(packs=4, delivered_at=at(DUE + timedelta(days=9))))
    line.promised_on = DUE + timedelta(days=20)
    line.save()
    OrderLine.objects.filter(id=line.id).update(first_promised_on=DUE + timedelta(days=20))
    assert shares(site)[0] == (1, 0)


def test_a_line_that_waited_for_stock_counts_from_the_first_date_it_was_given(site: Organisation) -> None:
    line = a_line(site, None, state="back_ordered", placed_on=date(2026, 4, 1))
    line.promised_on = DUE
    line.save()
    assert (counted(site, date(2026, 4, 1)), shares(site)[0]) == ({}, (1, 0))


def test_part_of_a_line_is_not_enough(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=3, delivered_at=at(DUE)), Part(packs=1, delivered_at=at(DUE + timedelta(days=4))))
    assert shares(site) == ((1, 0), (1, 1), (1, 1))


def test_two_parts_in_time_are_enough(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=3, delivered_at=at(DUE - timedelta(days=2))), Part(packs=1, delivered_at=at(DUE)))
    assert shares(site)[0] == (1, 1)


def test_what_was_cancelled_before_the_day_is_not_asked_for(site: Organisation) -> None:
    a_line(site, DUE, packs=4, cancelled=4, cancelled_at=at(DUE))
    a_line(site, DUE, Part(packs=3, delivered_at=at(DUE)), packs=4, cancelled=1, cancelled_at=at(DUE))
    assert shares(site) == ((1, 1), (1, 1), (1, 1))


def test_what_was_cancelled_because_it_did_not_come_is_missing(site: Organisation) -> None:
    a_line(site, DUE, packs=4, cancelled=4, cancelled_at=at(DUE + timedelta(days=1)))
    assert shares(site) == ((1, 0), (1, 0), (1, 0))


def test_what_the_site_says_counts_and_not_what_the_carrier_says(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE), state="discrepancy", received=3, was_short=True))
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE), state="discrepancy", disputed_at=at(DUE)))
    assert shares(site) == ((2, 0), (2, 0), (2, 0))


def test_a_problem_that_was_settled_late_is_late_and_was_a_problem(site: Organisation) -> None:
    later = at(DUE + timedelta(days=5))
    a_line(
        site, DUE, Part(packs=4, delivered_at=at(DUE), state="received", received=4, was_short=True, confirmed_at=later)
    )
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE), state="received", disputed_at=at(DUE), confirmed_at=later))
    assert shares(site) == ((2, 0), (2, 2), (2, 0))


def test_what_came_back_has_not_come(site: Organisation) -> None:
    a_line(site, DUE, Part(packs=4, delivered_at=at(DUE), state="cancelled"))
    assert shares(site)[0] == (1, 0)


def test_an_order_that_was_not_approved_counts_nowhere(site: Organisation) -> None:
    a_line(site, DUE, state="awaiting_approval")
    a_line(site, DUE, state="rejected")
    assert counted(site) == {}


def test_what_is_promised_for_today_is_not_counted_yet_even_when_it_is_there(site: Organisation) -> None:
    today = timezone.localdate()
    a_line(site, today, Part(packs=4, delivered_at=at(today, time(0, 1))))
    assert counted(site, month_of(today)) == {"waiting": (1, 1)}


def test_every_mix_of_parts_and_cancellations_is_counted_as_another_way_of_counting_says(site: Organisation) -> None:
    chance = random.Random(30)
    lines = in_time = complete = correct = 0
    item = CatalogueItemFactory()
    for _ in range(120):
        day = date(2026, 5, chance.randint(1, 31))
        packs = chance.randint(1, 6)
        cancelled = chance.choice([0, 0, 0, chance.randint(0, packs)])
        cancelled_on = day + timedelta(days=chance.choice([-2, 0, 1]))
        left, parts = packs - cancelled, []
        while left and chance.random() < 0.8:
            sent = chance.randint(1, left)
            left -= sent
            clock = chance.choice([time(0, 1), time(12), time(23, 59)])
            parts.append((sent, day + timedelta(days=chance.choice([-3, 0, 0, 1])), clock, chance.random() < 0.1))
        a_line(
            site,
            day,
            *(
                Part(
                    packs=sent,
                    delivered_at=at(on, clock),
                    state="received",
                    received=sent,
                    was_short=short,
                    confirmed_at=at(on),
                )
                for sent, on, clock, short in parts
            ),
            packs=packs,
            cancelled=cancelled,
            cancelled_at=at(cancelled_on) if cancelled else None,
            item=item,
        )
        wanted = packs - (cancelled if cancelled_on <= day else 0)
        if not wanted:
            continue
        lines += 1
        in_time += sum(sent for sent, on, _, _ in parts if on <= day) >= wanted
        whole = sum(sent for sent, *_ in parts) >= wanted
        complete += whole
        correct += whole and not any(short for *_, short in parts)
    assert 0 < correct < complete < lines
    assert shares(site) == ((lines, in_time), (lines, complete), (lines, correct))


def test_a_reported_problem_stays_on_the_consignment(site: Organisation) -> None:
    line = a_line(site, DUE, Part(packs=4, delivered_at=at(DUE)), state="delivered")
    actor = contractor_actor()
    OrderLine.objects.filter(id=line.id).update(organisation_id=actor.organisation_id)
    line.order.organisation_id = actor.organisation_id
    line.order.save()
    sent = line.order.consignments.get()
    sent.organisation_id = actor.organisation_id
    sent.save()
    report_problem(
        actor, ReportProblem(order=line.order.reference, kind="damaged", details="Wet", consignment=sent.reference)
    )
    sent.refresh_from_db()
    assert sent.disputed_at is not None
    assert shares(Organisation.objects.get(id=actor.organisation_id)) == ((1, 0), (1, 0), (1, 0))
