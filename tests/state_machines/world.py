"""A small world for random work: two sites with three people, three items, two stores, and what they can do.

Every action takes a few small numbers and chooses by them, so that a machine can draw them. A step may be
refused in a sentence (a domain error); anything else that goes wrong is a fault.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.errors import DomainError
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory
from portal.supplies.models import CatalogueItem, Consignment, Order, StockLevel, Store
from portal.supplies.services.adjust_stock import REASONS, AdjustStock, adjust_stock
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.expect_stock import ExpectStock, expect_stock
from portal.supplies.services.give_stock import give_stock
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StoreFactory, contractor_actor, fill_basket
from portal.supplies.tests.stock_books import SECOND_PERSON

STAFF_ROLES = ["stock_controller", "warehouse_operator", "approver", "support_agent"]


@dataclass(frozen=True)
class Draw:
    """The numbers an action chooses by."""

    which: int = 0
    other: int = 0
    packs: int = 1
    yes: bool = False


@dataclass
class World:
    """The things there are, and the stock controller's actions on them. ``done`` counts steps by name."""

    done: Counter[str] = field(default_factory=Counter)
    stores: list[Store] = field(default_factory=list)
    items: list[CatalogueItem] = field(default_factory=list)
    people: list[Actor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = [StoreFactory(code="NEAR", priority=1), StoreFactory(code="FAR", priority=2)]
        self.items = [
            CatalogueItemFactory(),
            CatalogueItemFactory(allowance_quantity=25, allowance_days=30, usual_quantity=20),
            CatalogueItemFactory(approval_required=True),
        ]
        for store in self.stores:
            StockLevel.objects.bulk_create(StockLevel(store=store, item=item) for item in self.items)
        shared = OrganisationFactory()
        self.people = [
            contractor_actor(MembershipFactory(organisation=shared, roles=["main_contact"])),
            contractor_actor(MembershipFactory(organisation=shared, roles=["supplies_order_clerk", "order_approver"])),
            contractor_actor(MembershipFactory(roles=["main_contact"])),
        ]
        self.staff = _staff_actor()

    def attempt(self, verb: Callable[..., Any], *arguments: Any) -> None:
        """Carries a step out, or sees it refused with a sentence."""
        name = verb.__name__
        try:
            with transaction.atomic():
                verb(*arguments)
        except DomainError as refusal:
            name += " refused" if refusal.sentence else " refused without a word"
        self.done[name] += 1

    # What there is to choose from

    def level(self, draw: Draw) -> StockLevel:
        """One of the shelves."""
        store, item = self.stores[draw.other % 2], self.items[draw.which % 3]
        return StockLevel.objects.select_related("store", "item").get(store=store, item=item)

    def order(self, draw: Draw) -> Order:
        """One of the orders; there is always one."""
        found = Order.objects.order_by("-id")
        return found[draw.which % found.count()]

    def consignment(self, draw: Draw, *states: str) -> Consignment | None:
        """One of the consignments in these states."""
        found = list(Consignment.objects.filter(state__in=states).order_by("-id"))
        return found[draw.which % len(found)] if found else None

    def orderer_of(self, order: Order) -> Actor:
        """Who placed it."""
        return next(person for person in self.people if person.user_id == order.placed_by_id)

    # Ordering

    def place(self, draw: Draw) -> None:
        """Somebody orders one, two or three of the items."""
        actor = self.people[draw.which % 3]
        wanted = [(item, 1 + (draw.packs * place) % 12) for place, item in enumerate(self.items, start=1)]
        chosen = wanted[: 1 + draw.other % 3] if draw.yes else wanted[draw.other % 3 :]

        def order_everything() -> None:
            fill_basket(actor, *chosen, reason="For a test.")
            place_order(actor, PlaceOrder(submission=uuid.uuid4(), seen={item.code: packs for item, packs in chosen}))

        self.attempt(order_everything)

    # The stock controller

    def receive(self, draw: Draw) -> None:
        """Goods come in."""
        level = self.level(draw)
        command = ReceiveStock(store=level.store.code, item=level.item.code, quantity=draw.packs, note="DN")
        self.attempt(receive_stock, self.staff, command)

    def count(self, draw: Draw) -> None:
        """A shelf is counted near its books; now and then the books moved meanwhile."""
        level = self.level(draw)
        counted = max(0, level.on_hand + draw.packs - 8)
        seen = level.on_hand + (1 if draw.packs == 5 else 0)
        command = CountStock(store=level.store.code, item=level.item.code, counted=counted, seen=seen)
        self.attempt(self.count_and_agree, command)

    def count_and_agree(self, command: CountStock) -> None:
        """Somebody counts, and somebody else agrees with what differs."""
        waits = count_stock(self.staff, command)
        if waits is not None:
            approve_count(SECOND_PERSON, DecideCount(count=waits.reference))

    def adjust(self, draw: Draw) -> None:
        """Stock is adjusted for a reason."""
        level, reason = self.level(draw), sorted(REASONS)[draw.packs % len(REASONS)]
        command = AdjustStock(
            store=level.store.code, item=level.item.code, quantity=1 + draw.packs // 3, reason=reason, note="A test."
        )
        self.attempt(adjust_stock, self.staff, command)

    def expect(self, draw: Draw) -> None:
        """A delivery is announced, or is not any more."""
        level = self.level(draw)
        when = timezone.localdate() + timedelta(days=draw.packs * 3 - 4) if draw.yes else None
        command = ExpectStock(store=level.store.code, item=level.item.code, expected_on=when)
        self.attempt(expect_stock, self.staff, command)

    def give(self, draw: Draw) -> None:
        """Free stock is given by hand."""
        self.attempt(give_stock, self.staff, self.items[draw.which % 3].code)


def _staff_actor() -> Actor:
    member = MembershipFactory(organisation=OperatorFactory(), roles=STAFF_ROLES)
    return Actor(
        name=member.user.name,
        email=member.user.email,
        audience="staff",
        user_id=member.user_id,
        organisation_id=member.organisation_id,
        organisation_code=member.organisation.code,
        organisation_name=member.organisation.name,
        permissions=permissions_of(STAFF_ROLES),
    )
