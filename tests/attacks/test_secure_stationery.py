"""Thieves of forms (trust.md 2.5): creeping quantities, a new address, returns that never were, releasing one's own.

Each attack has a half with its control switched off, in which it SUCCEEDS: so the control is what stops it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import SecureQuarantine
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, Refused
from portal.serials import moving, unusual
from portal.serials.models import SecureRelease, SerialRange
from portal.serials.services import release_orders
from portal.serials.services.keep_forms import confirm_arrival, send_back
from portal.serials.services.release_orders import release_unusual_order
from portal.serials.services.warehouse import take_back
from portal.serials.tests.forms import KEEPER, delivered, in_store, keeper_of, numbers, prescriber, site, staff
from portal.serials.tests.secure import SecureSite, known_site
from portal.serials.unusual import unusual_rules
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.warehouse import staff_actor

pytestmark = pytest.mark.django_db


def creep(victim: SecureSite, weeks: int = 8, packs: int = 4) -> int:
    """Small orders, each below twice the average by itself; returns how many packs the warehouse would pick."""
    got = 0
    for _ in range(weeks):
        order = victim.order(packs)
        try:
            with transaction.atomic():
                start_picking(staff_actor(), order.reference)
        except Conflict:
            continue
        got += packs
    return got


def test_quantities_that_creep_up_in_small_orders_are_stopped() -> None:
    assert creep(known_site(a_week=2, numbered=False)) == 16  # twice the average of 8 in 28 days, and no more


def test_without_the_window_small_orders_creep_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: each order is looked at by itself, and 32 packs are picked where 8 are usual."""
    original = unusual.above_average
    monkeypatch.setattr(
        unusual, "above_average", lambda rules, item, ordered: original(rules, item, replace(ordered, window=4))
    )
    assert creep(known_site(a_week=2, numbered=False)) == 32


def invented(victim: SecureSite) -> bool:
    """Invents ten prescribers to lift the cap, then orders above it; whether the order goes on by itself."""
    for number in range(10):
        prescriber(victim.member, f"D1234{number}")
    return not any("the cap for" in reason for reason in SecureRelease.objects.get(order=victim.order(700)).reasons)


def test_prescribers_who_were_just_invented_do_not_lift_the_cap() -> None:
    assert not invented(SecureSite(maximum_quantity=1000, usual_quantity=1000))


def test_if_every_prescriber_counted_at_once_the_cap_would_be_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: prescribers count from the minute they are written down, and the attack succeeds."""
    original = release_orders.counted_prescribers
    monkeypatch.setattr(release_orders, "counted_prescribers", lambda site, _: original(site, timezone.now()))
    assert invented(SecureSite(maximum_quantity=1000, usual_quantity=1000))


def ordered_after_a_new_address() -> bool:
    """A thief had the address changed, waits until ordering is free again, and orders; whether it is picked."""
    victim = known_site(a_week=2, numbered=False)
    since = timezone.now() - timedelta(days=8)
    SecureQuarantine.objects.create(
        organisation=victim.organisation, starts_at=since, until=since + timedelta(days=7), because="Another address"
    )
    order = victim.order(2)
    try:
        with transaction.atomic():
            start_picking(staff_actor(), order.reference)
    except Conflict:
        return False
    return True


def test_an_order_soon_after_a_new_address_is_not_picked() -> None:
    assert not ordered_after_a_new_address()


def test_without_the_rule_the_forms_go_to_the_new_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: changes are looked back at for no days, and the attack succeeds."""
    rules = replace(unusual_rules(), change_days=0)
    monkeypatch.setattr(unusual, "unusual_rules", lambda: rules)
    assert ordered_after_a_new_address()


def claimed_as_returned() -> list[tuple[int, str]]:
    """A site sends 10 of its 100 forms back; its accomplice in the store books 50 in. Sizes and states at the end."""
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    send_back(actor, numbers(item, 0, 10), "Too many")
    try:
        with transaction.atomic():
            take_back(staff(*KEEPER), "LEEDS", numbers(item, 0, 50))
    except Conflict:
        pass
    rows = SerialRange.objects.filter(item=item, serials__overlap=(1_000_000_000, 1_000_000_050))
    return [(row.serials.upper - row.serials.lower, row.state) for row in rows.order_by("serials")]


def test_forms_that_nobody_sent_back_are_not_taken_back() -> None:
    """The thief keeps 40 forms that the books say are in the store again."""
    assert claimed_as_returned() == [(10, "returned"), (90, "at_site")]


def test_without_the_check_of_the_source_they_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: neither code nor trigger asks where a number comes from, and 40 stolen forms are 'in the store'."""
    monkeypatch.setattr(moving, "_check", lambda actor, move, rows: None)
    _alter("serials_serialrange disable trigger user")
    assert sum(size for size, state in claimed_as_returned() if state == "in_store") == 50


def _alter(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table}")


def released_by_the_orderer() -> bool:
    """Somebody who works at the site and for the operator orders, and releases the order."""
    victim = SecureSite()
    order = victim.order(5)
    thief = Actor(**{**vars(staff("approver", name=victim.actor.name)), "user_id": victim.actor.user_id})
    try:
        with transaction.atomic():
            release_unusual_order(thief, order.reference, "Looks fine to me")
    except Refused:
        return False
    return True


def test_nobody_releases_their_own_order() -> None:
    assert not released_by_the_orderer()


def test_without_the_check_only_the_database_would_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the service lets it through. The constraint is the second wall; without both the attack succeeds."""
    monkeypatch.setattr(release_orders, "check_second_person", lambda actor, order: None)
    with pytest.raises(Exception, match="release_not_by_the_orderer"), transaction.atomic():
        released_by_the_orderer()
    _alter("serials_securerelease drop constraint release_not_by_the_orderer")
    assert released_by_the_orderer()
