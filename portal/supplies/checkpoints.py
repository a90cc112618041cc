"""Points at which apps that stand above supplies have a say: ordering, picking, the door, the papers."""

from __future__ import annotations

from collections.abc import Callable

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict
from portal.foundation.web.next_step import NextStep
from portal.supplies.models import CatalogueItem, Consignment, Order, OrderLine

AboutToPlace = Callable[[Actor, list[CatalogueItem]], None]
WhenPlaced = Callable[[Actor, Order, list[OrderLine]], None]
BeforePicking = Callable[[Order], str]
Remark = Callable[[Order], list[str]]
Printed = Callable[[Consignment], list[tuple[str, str]]]
BeforeComingBack = Callable[[Consignment], NextStep | None]
WhenDelivered = Callable[[Actor, Consignment, bool], None]
BesideLines = Callable[[Actor, list[CatalogueItem]], dict[str, NextStep]]

ABOUT_TO_PLACE: list[AboutToPlace] = []
PLACED: list[WhenPlaced] = []
PICKED: list[BeforePicking] = []
REMARKS: list[Remark] = []
ON_THE_NOTE: list[Printed] = []
DELIVERED: list[WhenDelivered] = []
COMING_BACK: list[BeforeComingBack] = []
BESIDE: list[BesideLines] = []


def about_to_place(function: AboutToPlace) -> AboutToPlace:
    """Called before an order's stock is locked, with its items: what it locks is always locked before any stock."""
    ABOUT_TO_PLACE.append(function)
    return function


def when_placed(function: WhenPlaced) -> WhenPlaced:
    """Called in the transaction that writes an order, with its lines. It may raise what ``place_order`` raises."""
    PLACED.append(function)
    return function


def before_picking(function: BeforePicking) -> BeforePicking:
    """Says in a sentence why the order, which is locked, may not be picked; '' when it may."""
    PICKED.append(function)
    return function


def remark_on_order(function: Remark) -> Remark:
    """Sentences for the order's page, at the site and at the operator."""
    REMARKS.append(function)
    return function


def on_the_delivery_note(function: Printed) -> Printed:
    """Rows (what, in words) that are printed on a consignment's delivery note."""
    ON_THE_NOTE.append(function)
    return function


def when_delivered(function: WhenDelivered) -> WhenDelivered:
    """Called before a delivery is recorded, with whether somebody signed for it. It may raise InvalidInput."""
    DELIVERED.append(function)
    return function


def before_coming_back(function: BeforeComingBack) -> BeforeComingBack:
    """Says what is to be done before a consignment is booked back in; None when nothing is."""
    COMING_BACK.append(function)
    return function


def beside_lines(function: BesideLines) -> BesideLines:
    """Steps that go with lines of an order that is about to be placed, by item code: at most a query or two for all."""
    BESIDE.append(function)
    return function


def check_may_be_picked(order: Order) -> None:
    """Raises Conflict with the first sentence there is. The caller has locked the order, and no stock yet."""
    if sentence := why_not_picked(order):
        raise Conflict(sentence)


def why_not_picked(order: Order) -> str:
    """The first sentence that says why the order may not be picked; '' when it may."""
    return next((sentence for condition in PICKED if (sentence := condition(order))), "")


def first_step_back(consignment: Consignment) -> NextStep | None:
    """What is to be done before the consignment is booked back in; None when nothing is."""
    return next((step for condition in COMING_BACK if (step := condition(consignment))), None)


def check_may_come_back(consignment: Consignment) -> None:
    """Raises Conflict with the first sentence there is. The caller has locked the consignment, and no stock yet."""
    if step := first_step_back(consignment):
        raise Conflict(step.sentence)


def remarks_on(order: Order) -> list[str]:
    """Everything there is to say about the order."""
    return [sentence for remark in REMARKS for sentence in remark(order)]


def steps_beside(actor: Actor, items: list[CatalogueItem]) -> dict[str, NextStep]:
    """What there is to do or to look at for lines of these items, by item code."""
    return {code: step for beside in BESIDE for code, step in beside(actor, items).items()}
