"""Sample supplies: a catalogue, two stores, and an order in each stage, all made by the services themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Membership, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.grant_membership import GrantMembership, Person, grant_membership
from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.orders import tell_the_stories
from portal.demo.personas import BY_KEY, Persona
from portal.demo.several_sites import order_for_both_sites
from portal.demo.stock_data import load_weeks
from portal.foundation.access import Actor, system_actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.supplies.catalogue_file import SEED, read_catalogue
from portal.supplies.models import CatalogueItem, Order, StockLevel, Store
from portal.supplies.permissions import EDIT_CATALOGUE
from portal.supplies.services.adjust_stock import AdjustStock, adjust_stock
from portal.supplies.services.change_store import StoreValues, add_store
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.expect_stock import ExpectStock, expect_stock
from portal.supplies.services.keep_standing_order import pause_standing_order
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute
from portal.supplies.services.load_catalogue import load_catalogue
from portal.supplies.services.offer_substitute import OfferSubstitute, offer_substitute
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.set_up_standing_order import StandingOrderValues, set_up_standing_order
from portal.supplies.services.tell_shortage import TellShortage, tell_shortage
from portal.supplies.services.transfer_stock import TransferStock, transfer_stock
from portal.supplies.usage.collect import collect_usage

STORES = (
    StoreValues(code="MAIN", name="Main store, Thornbury Vale", priority=1, is_active=True),
    StoreValues(code="NORTH", name="North store, Millbridge", priority=2, is_active=True),
)
# Item codes: none in any store, a delivery announced; none, nobody knows; a few packs only.
OUT_BUT_EXPECTED, OUT, LOW = "CUP-60", "LFT-STATIN", {"BAG-LARGE": 3, "FP10MDA-SS": 2, "CARD-OXYGEN": 1}
# These lie in the north store alone: their orders make a walk of its own.
NORTH_ONLY = frozenset({"CARD-ANTICOAG", "CARD-INSULIN", "TOKEN-ROLL"})
# Somebody at the optician's has to order, so that the persona who only reads has something to read.
COLLEAGUE = Persona(
    key="ivy",
    title="Mrs",
    forename="Ivy",
    surname="Lane",
    sites=("TPZ01",),
    roles=("supplies_order_clerk",),
    can="Orders for the optician's.",
)


def load() -> None:
    """Makes what is missing of the sample data; leaves alone whatever is there. About two seconds the first time."""
    with system_scope():
        with transaction.atomic():
            if not Store.objects.exists():
                _add_stores()
            load_catalogue(system_actor("The demonstration", EDIT_CATALOGUE), read_catalogue(SEED.read_bytes()))
            if new := not Order.objects.exists():
                _add_colleague()
                _fill_the_shelves()
        if new:
            with transaction.atomic():
                tell_the_stories(actor_of)
                order_for_both_sites(actor_of)
                load_weeks()
                _offer_something_else()
                _have_orders_placed()
                collect_usage()


def _offer_something_else() -> None:
    """Tom waits for cups: the operator asks whether larger ones will do."""
    today = timezone.localdate()
    keeper = system_actor("The demonstration", EDIT_CATALOGUE)
    rule = AllowSubstitute(item=OUT_BUT_EXPECTED, substitute="CUP-100", packs=2, valid_from=today)
    allow_substitute(keeper, rule)
    waiting = Order.objects.filter(lines__item_code=OUT_BUT_EXPECTED, lines__state="back_ordered").first()
    if waiting is not None:
        offer_substitute(
            actor_of("wanda"),
            OfferSubstitute(order=waiting.reference, item=OUT_BUT_EXPECTED, substitute="CUP-100"),
        )


def _have_orders_placed() -> None:
    """Two standing orders: one that comes within days, one that is paused."""
    soon = timezone.localdate() + timedelta(days=4)
    weekly = {"NDL-23G-25": 2, "LFT-REPEAT": 2}
    set_up_standing_order(actor_of("tom"), _standing("Needles and leaflets", every_weeks=4, first_on=soon, **weekly))
    paused = set_up_standing_order(
        actor_of("asha"), _standing("Cups for the clinic", day_of_month=31, first_on=soon, **{"CUP-100": 1})
    )
    pause_standing_order(actor_of("asha"), paused.reference)


def _standing(
    name: str, *, first_on: date, every_weeks: int | None = None, day_of_month: int | None = None, **quantities: int
) -> StandingOrderValues:
    return StandingOrderValues(
        name=name,
        every_weeks=every_weeks,
        day_of_month=day_of_month,
        first_on=first_on,
        ends_on=None,
        quantities=quantities,
    )


def actor_of(key: str, site: str = "") -> Actor:
    """The persona as the actor of a service, at the first of its sites or at the one given."""
    persona = COLLEAGUE if key == COLLEAGUE.key else BY_KEY[key]
    user = User.objects.get(email=persona.email)
    organisation = Organisation.objects.get(code=site or persona.sites[0])
    return Actor(
        name=user.name,
        email=user.email,
        audience="contractor" if organisation.contractor_type else "staff",
        user_id=user.id,
        organisation_id=organisation.id,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        contractor_type=organisation.contractor_type,
        permissions=permissions_of(list(persona.roles)),
        roles=frozenset(persona.roles),
        second_factor_at=datetime.now(UTC),
    )


def _add_stores() -> None:
    with happening_at(working_days_ago(60)):
        for values in STORES:
            add_store(actor_of("sam"), values)


def _add_colleague() -> None:
    if Membership.objects.filter(user__email=COLLEAGUE.email).exists():
        return
    grant_membership(
        system_actor("The demonstration", GRANT_MEMBERSHIP),
        GrantMembership(
            person=Person(
                email=COLLEAGUE.email,
                title=COLLEAGUE.title,
                forename=COLLEAGUE.forename,
                surname=COLLEAGUE.surname,
                telephone="01632 960000",
            ),
            organisation_code=COLLEAGUE.sites[0],
            roles=list(COLLEAGUE.roles),
            starts_on=timezone.localdate() - timedelta(days=200),
        ),
    )


def _fill_the_shelves() -> None:
    sam = actor_of("sam")
    items = list(CatalogueItem.objects.valid_on(timezone.localdate()).order_by("code"))  # type: ignore[attr-defined]
    with happening_at(working_days_ago(50)):
        for number, item in enumerate(items):
            if item.code in (OUT, OUT_BUT_EXPECTED):
                continue
            if item.code not in NORTH_ONLY:
                packs = LOW.get(item.code, item.maximum_quantity * 6)
                _receive(sam, "MAIN", item.code, packs, note=f"DN-{4000 + number}")
            if item.code in NORTH_ONLY or (number % 3 == 0 and item.code not in LOW):
                _receive(sam, "NORTH", item.code, item.maximum_quantity * 2, note=f"DN-{4500 + number}")
    with happening_at(working_days_ago(12)):
        adjust_stock(sam, AdjustStock(store="MAIN", item="HC1", quantity=2, reason="damaged", note="Wet pallet."))
        agreed = count_stock(sam, CountStock(store="MAIN", item="GMS1", counted=119, seen=120))
    with happening_at(working_days_ago(11)):
        approve_count(actor_of("ada"), DecideCount(count=agreed.reference if agreed else ""))
    with happening_at(working_days_ago(1)):
        count_stock(sam, CountStock(store="MAIN", item="HC11", counted=58, seen=_books("MAIN", "HC11")))
        transfer_stock(sam, TransferStock(store="MAIN", item="HC11", to="NORTH", quantity=4))
        words = "The printer is late. Order fewer, or print the leaflet from its web page."
        tell_shortage(sam, TellShortage(item=OUT, words=words, substitute="LFT-REPEAT"))
    soon = timezone.localdate() + timedelta(days=8)
    expect_stock(sam, ExpectStock(store="MAIN", item=OUT_BUT_EXPECTED, expected_on=soon))


def _books(store: str, item: str) -> int:
    return StockLevel.objects.get(store__code=store, item__code=item).on_hand


def _receive(actor: Actor, store: str, item: str, packs: int, *, note: str) -> None:
    command = ReceiveStock(store=store, item=item, quantity=packs, note=note, purchase=f"PO-{note[-4:]}")
    if CatalogueItem.objects.get(code=item).kept_in_batches:
        _receive_batches(actor, command)
    else:
        receive_stock(actor, command)


def _receive_batches(actor: Actor, command: ReceiveStock) -> None:
    """Clinical supplies came in two batches; a little of it is out of date soon, so that the lists have something."""
    today, lot = timezone.localdate(), f"L{command.note[-4:]}"
    first = max(1, command.quantity // 3)
    receive_stock(actor, replace(command, quantity=first, batch=f"{lot}A", expires_on=today + timedelta(days=130)))
    rest = command.quantity - first
    if rest:
        receive_stock(actor, replace(command, quantity=rest, batch=f"{lot}B", expires_on=today + timedelta(days=800)))
