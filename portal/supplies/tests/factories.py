"""Catalogue, stock, baskets and orders for tests. An order is made by the service that makes real ones."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any, ClassVar

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.supplies.models import BasketLine, CatalogueItem, Order, StandingOrder, StockLevel, Store
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.services.set_up_standing_order import StandingOrderValues, set_up_standing_order


class CatalogueItemFactory(DjangoModelFactory[CatalogueItem]):
    """A plain item that every contractor type may order, without an allowance."""

    class Meta:
        model = CatalogueItem

    code = factory.Sequence(lambda number: f"TEST-{number}")
    name = factory.Sequence(lambda number: f"Test form {number}")
    description = "A form for tests."
    item_class = "plain"
    contractor_types: ClassVar[list[str]] = ["gp", "dental", "ophthalmic", "pharmacy"]
    category = "Forms for tests"
    unit = "pack"
    pack_size = 100
    minimum_quantity = 1
    maximum_quantity = 20
    usual_quantity = 10
    lead_time = 5
    picture = "form"
    valid_from = date(2020, 1, 1)


class SecureItemFactory(CatalogueItemFactory):
    """A numbered form: its own right, a fresh second factor."""

    item_class = "secure"
    serial_numbered = True


class StoreFactory(DjangoModelFactory[Store]):
    """The one store of a test, unless it is given another ``code``."""

    class Meta:
        model = Store
        django_get_or_create = ("code",)

    code = "LEEDS"
    name = "Leeds store"


class StockLevelFactory(DjangoModelFactory[StockLevel]):
    """Packs of an item in the test's store, none of them promised."""

    class Meta:
        model = StockLevel

    store = factory.SubFactory(StoreFactory)
    item = factory.SubFactory(CatalogueItemFactory)
    on_hand = 100


class BasketLineFactory(DjangoModelFactory[BasketLine]):
    """One line of somebody's basket; give ``user`` and ``organisation``."""

    class Meta:
        model = BasketLine

    item = factory.SubFactory(CatalogueItemFactory)
    quantity = 1


def contractor_actor(
    membership: Any = None, roles: tuple[str, ...] = ("supplies_order_clerk",), **fields: Any
) -> Actor:
    """The actor that a request by this member would have; a new member of a new GP practice by default.

    ``fields`` replace single values, such as ``second_factor_at``.
    """
    membership = membership or MembershipFactory(roles=list(roles))
    where, person = membership.organisation, membership.user
    held = membership.grants.filter(ended_at=None).values_list("role", flat=True)
    values: dict[str, Any] = {
        "name": person.name,
        "email": person.email,
        "audience": "contractor",
        "user_id": person.id,
        "organisation_id": where.id,
        "organisation_code": where.code,
        "organisation_name": where.name,
        "contractor_type": where.contractor_type,
        "permissions": permissions_of(list(held)),
    }
    return Actor(**{**values, **fields})


def fill_basket(actor: Actor, *lines: tuple[CatalogueItem, int], reason: str = "") -> None:
    """Puts packs of items into the actor's basket."""
    BasketLine.objects.bulk_create(
        BasketLine(
            user_id=actor.user_id, organisation_id=actor.organisation_id, item=item, quantity=packs, reason=reason
        )
        for item, packs in lines
    )


def place(actor: Actor, *lines: tuple[CatalogueItem, int], reason: str = "") -> Order:
    """Orders packs of items for the actor's site, through the service; the actor's basket must be empty."""
    fill_basket(actor, *lines, reason=reason)
    return place_order(actor, PlaceOrder(submission=uuid.uuid4(), seen={item.code: packs for item, packs in lines}))


def place_new_order(actor: Actor | None = None, *, quantity: int = 2, on_hand: int = 100, **item: Any) -> Order:
    """An order of one new item with stock for it, placed by a new site unless ``actor`` is given."""
    level = StockLevelFactory(item=CatalogueItemFactory(**item), on_hand=on_hand)
    return place(actor or contractor_actor(), (level.item, quantity))


def set_up_standing(
    actor: Actor, *lines: tuple[CatalogueItem, int], name: str = "Monthly needles", **values: Any
) -> StandingOrder:
    """A standing order of the actor's site through the service: every four weeks from tomorrow, if nothing else."""
    given: dict[str, Any] = {
        "name": name,
        "every_weeks": 4,
        "day_of_month": None,
        "first_on": timezone.localdate() + timedelta(days=1),
        "ends_on": None,
        "quantities": {item.code: packs for item, packs in lines},
    }
    return set_up_standing_order(actor, StandingOrderValues(**{**given, **values}))
