"""Numbered forms at the operator: booked in, put into a consignment, taken out again, received back, destroyed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from psycopg.types.range import Int8Range

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.serials.boxes import box_for_numbers
from portal.serials.events import SERIALS_MOVED, SERIALS_RECEIVED
from portal.serials.formats import Formats
from portal.serials.models import SerialMove, SerialRange, SerialReceipt
from portal.serials.moving import Move, move_serials
from portal.serials.numbers import NotASerial, size_of
from portal.serials.permissions import ALLOCATE_SERIALS, RECEIVE_SERIALS
from portal.serials.register import forms_wanted
from portal.serials.services.lock_format import lock_format
from portal.supplies.models import CatalogueItem, Consignment, Store
from portal.supplies.services.lock_consignment import lock_consignment


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What is typed: the item's code, and the first and last number as printed (``last`` '' for a single form)."""

    item: str
    first: str
    last: str = ""


@dataclass(frozen=True, kw_only=True)
class BookIn:
    """The command: these numbers came from the printer into this store, with this delivery note."""

    numbers: Numbers
    store: str
    delivery_note: str = ""


@service(RECEIVE_SERIALS)
def book_in(actor: Actor, command: BookIn) -> SerialReceipt:
    """Books numbers in, once. Raises InvalidInput for what is no number, or came in before; NotFound for a store."""
    rule = lock_format(command.numbers.item)  # what the numbers are read by stays until they are in the register
    item, serials = read_numbers(command.numbers)
    store = _store(command.store)
    try:
        with transaction.atomic():
            receipt = SerialReceipt.objects.create(
                item=item,
                serials=serials,
                store=store,
                received_by_name=actor.name,
                delivery_note=command.delivery_note.strip(),
                rule=rule,
            )
    except IntegrityError as error:
        if "serial_received_once" not in str(error):
            raise
        raise InvalidInput(
            {"first": "Some of these numbers came in before. Look at the delivery note again."}
        ) from error
    SerialRange.objects.create(receipt=receipt, item=item, serials=serials, store=store)
    SerialMove.objects.create(item=item, serials=serials, target="in_store", where=store.name, by_name=actor.name)
    record(SERIALS_RECEIVED, actor=actor, subject=store, number=size_of(serials), item=item.name)
    return receipt


@service(ALLOCATE_SERIALS)
def allocate(actor: Actor, consignment_reference: str, numbers: Numbers, box_number: int | None = None) -> Consignment:
    """Puts numbers of the consignment's store into it, not more than it carries of that item.

    Where it has several boxes, they lie in one of them. Raises Conflict once it has left the store, InvalidInput
    for numbers too many, an item it does not carry, or more than the box holds.
    """
    consignment = _lock(actor, consignment_reference)
    item, serials = read_numbers(numbers)
    wanted = forms_wanted(consignment).get(item.id, 0)
    already = sum(size_of(each.serials) for each in SerialRange.objects.filter(consignment=consignment, item=item))
    if size_of(serials) > wanted - already:
        raise InvalidInput(
            {"last": f"The consignment carries {wanted:,} forms of {item.name}, and {already:,} have their numbers."}
        )
    box = box_for_numbers(consignment, item, size_of(serials), box_number)
    move = Move(
        item=item,
        serials=serials,
        source={"store": consignment.store},
        target="allocated",
        where=f"Consignment {consignment.reference}",
        place={"store": None, "consignment": consignment, "box": box, "organisation": consignment.organisation},
    )
    move_serials(actor, move)
    _told(actor, consignment, item.name, size_of(serials), "in a consignment")
    return consignment


@service(ALLOCATE_SERIALS)
def take_out(actor: Actor, consignment_reference: str, numbers: Numbers) -> Consignment:
    """Puts numbers of a consignment that has not left, or that was cancelled, back on the shelf."""
    consignment = _lock(actor, consignment_reference, states=("picking", "packed", "cancelled"))
    item, serials = read_numbers(numbers)
    move = Move(
        item=item,
        serials=serials,
        source={"consignment": consignment, "state": "allocated"},
        target="in_store",
        where=consignment.store.name,
        place={"store": consignment.store, "consignment": None, "box": None, "organisation": None},
    )
    move_serials(actor, move)
    _told(actor, consignment, item.name, size_of(serials), "back in the store")
    return consignment


@service(RECEIVE_SERIALS)
def take_back(actor: Actor, store_code: str, numbers: Numbers) -> Store:
    """What a site sent back has arrived and is in a store again."""
    item, serials = read_numbers(numbers)
    store = _store(store_code)
    place = {"store": store, "consignment": None, "box": None, "organisation": None, "held_by": ""}
    back = {"state": "returned"}
    move_serials(actor, Move(item=item, serials=serials, source=back, target="in_store", where=store.name, place=place))
    record(SERIALS_MOVED, actor=actor, subject=store, number=size_of(serials), item=item.name, state="back in a store")
    return store


def read_numbers(numbers: Numbers) -> tuple[CatalogueItem, Int8Range]:
    """The item and the range that were typed. Raises InvalidInput with a sentence for each field."""
    item = CatalogueItem.objects.filter(code=numbers.item, serial_numbered=True).first()
    if item is None:
        raise InvalidInput({"item": "Choose a form that has serial numbers."})
    try:
        return item, Formats().range_of(item.code, numbers.first, numbers.last or numbers.first)
    except NotASerial as error:
        raise InvalidInput({"first": str(error)}) from error


def _store(code: str) -> Store:
    store: Store | None = Store.objects.filter(code=code, is_active=True).first()
    if store is None:
        raise NotFound(f"There is no store {code}.")
    return store


def _lock(actor: Actor, reference: str, states: tuple[str, ...] = ("picking", "packed")) -> Consignment:
    _, consignment = lock_consignment(actor, reference)
    if consignment.state not in states:
        raise Conflict(
            f"Consignment {reference} is {consignment.state_label.lower()}, so its numbers stay as they are."
        )
    return consignment


def _told(actor: Actor, consignment: Consignment, item: str, number: int, state: str) -> None:
    record(
        SERIALS_MOVED,
        actor=actor,
        subject=consignment,
        organisation_id=consignment.organisation_id,
        number=number,
        item=item,
        state=state,
    )
