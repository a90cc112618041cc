"""Numbered forms are destroyed by two people, at the site or at the operator (J7, J25)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.serials.models import SerialMove, SerialRange
from portal.serials.services.destroy_forms import destroy, destroy_here
from portal.serials.services.keep_forms import confirm_arrival, send_back
from portal.serials.tests.forms import KEEPER, delivered, in_store, keeper_of, numbers, printed, site, staff, states
from portal.serials.witnesses import may_be_the_same
from portal.supplies.tests.test_staff_catalogue_pages import staff as staff_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Pat Lee", "pat lee", True),
        ("Pat Lee", "LEE, Pat", True),
        ("Dr Pat Lee", "Pat Lee", True),
        ("Pat Lee", "P. Lee", True),
        ("Zoë Müller", "Zoe Muller", True),
        ("Pat Lee", "Pat Anne Lee", True),
        ("Pat Lee", "", True),
        ("Pat Lee", "1234", True),
        ("Pat Lee", "Sam Lee", False),
        ("Pat Lee", "Pat Reed", False),
        ("Dr Pat Lee", "Dr Sam Reed", False),
        ("Miss", "Sam Reed", False),
    ],
)
def test_two_names_of_one_person_are_told_apart_from_two_people(one: str, other: str, same: bool) -> None:
    assert may_be_the_same(one, other) == same == may_be_the_same(other, one)


words = some.text("abcdefghijklmnopqrstuvwxyzäéèñöøüłÅÇÖ", min_size=2, max_size=8)


@given(name=some.lists(words, min_size=1, max_size=4), order=some.randoms())
def test_no_writing_of_ones_own_name_is_a_second_person(name: list[str], order: object) -> None:
    written = list(name)
    order.shuffle(written)  # type: ignore[attr-defined]
    assert may_be_the_same(" ".join(name), f"Dr. {', '.join(written).upper()}  ")
    assert may_be_the_same(" ".join(name), " ".join([written[0][:1], *written[1:]]))


def test_the_operator_destroys_what_is_in_a_store_or_was_sent_back_and_nothing_else() -> None:
    item, member = in_store(1000), site()
    box, actor, keeper = delivered(item, member), keeper_of(member), staff(*KEEPER)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    send_back(actor, numbers(item, 0, 10), "An old version")
    for wrong in (numbers(item, 50), numbers(item, 5, 10)):  # at the site; half of them at the site
        with pytest.raises((Conflict, Refused)), transaction.atomic():
            destroy_here(keeper, wrong, "Sam Reed")
    with pytest.raises(InvalidInput, match="second person"), transaction.atomic():
        destroy_here(keeper, numbers(item, 500), " ")
    with pytest.raises(Refused), transaction.atomic():
        destroy_here(actor, numbers(item, 500), "Sam Reed")
    destroy_here(keeper, numbers(item, 0, 10), "Sam Reed")
    destroy_here(keeper, numbers(item, 500, 100), "Sam Reed")
    assert [(at, count) for at, count, state in states(item) if state == "destroyed"] == [(0, 10), (500, 100)]
    moves = SerialMove.objects.filter(target="destroyed")
    assert {(move.where, move.note) for move in moves} == {
        ("Destroyed at the operator", f"{keeper.name}, seen by Sam Reed")
    }


def test_the_managers_of_the_site_are_told_without_the_numbers() -> None:
    item, member = in_store(1000), site()
    MembershipFactory(organisation=member.organisation, roles=["deputy"])
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    destroy(actor, numbers(item, 0, 5), "Sam Reed")
    told = OutboxMessage.objects.filter(kind="serials.forms_destroyed")
    assert told.count() == 2 and all("5 numbered forms" in row.body for row in told)
    assert not any(printed(1_000_000_000)[:10] in row.body for row in told)


def test_the_database_wants_two_names_too() -> None:
    item = in_store(10)
    for by in ("Pat Lee", "Pat Lee, seen by ", "Pat Lee, seen by PAT  LEE"):
        with pytest.raises(IntegrityError, match="destroyed by two people"), transaction.atomic():
            SerialRange.objects.filter(item=item).update(state="destroyed", held_by=by)


def test_the_staff_page_destroys_and_the_register_shows_what_is_on_its_way_back(
    sign_in: Callable[..., Client],
) -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    send_back(actor, numbers(item, 0, 10), "Too many")
    client = sign_in(staff_member("stock_controller"))
    register = client.get("/staff/forms/").content.decode()
    assert "Sent back by sites, not here yet" in register and "/staff/forms/destroy/" in register
    some_numbers = numbers(item, 0, 10)
    fields = {"item": item.code, "first": some_numbers.first, "last": some_numbers.last, "witness": ""}
    assert "Enter the name of a second person" in client.post("/staff/forms/destroy/", fields).content.decode()
    done = client.post("/staff/forms/destroy/", {**fields, "witness": "Sam Reed"}, follow=True).content.decode()
    assert "they are destroyed, and by whom" in done and "Sent back by sites" not in done
