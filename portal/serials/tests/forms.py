"""Numbered forms for tests: an item, numbers in a store, a consignment that carries some."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.organisations.models import Organisation
from portal.serials.models import Prescriber, SerialRange
from portal.serials.services.keep_prescribers import Joiner, join
from portal.serials.services.missing_forms import ReportMissing
from portal.serials.services.warehouse import BookIn, Numbers, allocate, book_in
from portal.supplies.models import Box, BoxLine, CatalogueItem, Consignment, ConsignmentLine, StockLevel
from portal.supplies.tests.factories import (
    SecureItemFactory,
    StockLevelFactory,
    StoreFactory,
    contractor_actor,
    place,
)

FIRST = 1_000_000_000


def staff(*roles: str, name: str = "Stock Keeper") -> Actor:
    """A member of the operator's staff."""
    return Actor(name=name, audience="staff", user_id=900_100, permissions=permissions_of(list(roles)))


KEEPER = ("stock_controller", "warehouse_operator")


def printed(sequence: int) -> str:
    """The number as it is printed: with a check digit, which the register drops."""
    return f"{sequence:010}{sequence % 7}"


def numbers(item: CatalogueItem, first: int, count: int = 1) -> Numbers:
    """``count`` numbers from the ``first`` on, counted from the first that came in."""
    last = printed(FIRST + first + count - 1)
    return Numbers(item=item.code, first=printed(FIRST + first), last=last)


def in_store(count: int = 1000) -> CatalogueItem:
    """A new form of which so many came in."""
    item: CatalogueItem = SecureItemFactory(pack_size=50)
    StoreFactory()
    book_in(staff(*KEEPER), BookIn(numbers=numbers(item, 0, count), store="LEEDS"))
    return item


def site() -> Membership:
    """The Main Contact of a site."""
    member: Membership = MembershipFactory(roles=["main_contact"])
    return member


@transaction.atomic  # a consignment and its boxes are one: the database looks at the end
def parcel(item: CatalogueItem, where: Organisation, packs: int = 2, **details: Any) -> Consignment:
    """A packed consignment of that many packs of the item."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")  # a test that took a trigger away has made them immediate
    orderer = MembershipFactory(organisation=where, roles=["secure_stationery_orderer"])
    level = StockLevel.objects.filter(item=item).first() or StockLevelFactory(item=item, on_hand=100)
    order = place(
        contractor_actor(orderer, second_factor_at=timezone.now()), (item, packs), reason="A vaccination campaign"
    )
    consignment: Consignment = Consignment.objects.create(
        reference=f"CN-TEST-{order.pk:04}",
        order=order,
        organisation=where,
        store=level.store,
        state="packed",
        **details,
    )
    part = ConsignmentLine.objects.create(
        consignment=consignment, line=order.lines.get(), level=level, quantity=packs, picked=packs
    )
    box = Box.objects.create(
        consignment=consignment,
        number=1,
        code=f"{consignment.reference}-1",
        closed_at=timezone.now(),
        closed_by_name="Wanda Nowak",
    )
    BoxLine.objects.create(box=box, part=part, quantity=packs)
    return consignment


def delivered(item: CatalogueItem, member: Membership, first: int = 0, count: int = 100) -> Consignment:
    """A consignment with these numbers that has left the store."""
    consignment = parcel(item, member.organisation)
    allocate(staff(*KEEPER), consignment.reference, numbers(item, first, count))
    Consignment.objects.filter(pk=consignment.pk).update(
        state="dispatched", carrier="Van", dispatched_at="2026-01-01T00:00Z"
    )
    consignment.refresh_from_db()
    return consignment


def states(item: CatalogueItem) -> list[tuple[int, int, str]]:
    """(first, count, state) of every row, counted from the first number that came in."""
    rows = SerialRange.objects.filter(item=item).order_by("serials")
    return [(row.serials.lower - FIRST, row.serials.upper - row.serials.lower, row.state) for row in rows]


def keeper_of(member: Membership) -> Actor:
    """The actor of the site's Main Contact."""
    return acting(member)


def missing(some: Numbers, kind: str = "lost", what: str = "Not in the safe.", **facts: Any) -> ReportMissing:
    """A report with every field that must be there."""
    known = {
        "found_on": timezone.localdate(),
        "last_seen": "On Monday, by Jo",
        "place": "In the safe",
        "police_reference": "WY-1" if kind == "stolen" else "",
    }
    return ReportMissing(numbers=some, kind=kind, what=what, **{**known, **facts})


def prescriber(member: Membership, number: str = "D12345", **facts: Any) -> Prescriber:
    """Somebody who has prescribed at the site since 2020."""
    known = {"name": "Dr Patel", "profession": "doctor", "joined_on": date(2020, 1, 1)}
    return join(acting(member), Joiner(**{"number": number, **known, **facts}))
