"""The orders of the demonstration: a story each, told by the services at the times they would have happened."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from django.utils import timezone

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.secure_data import let_go, name_pads
from portal.foundation.access import Actor
from portal.supplies.models import Consignment, ConsignmentLine, Order
from portal.supplies.proofs.importing import import_proofs
from portal.supplies.services.approve_order import approve_for_site, approve_order
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.hold_order import hold_order
from portal.supplies.services.keep_boxes import PutIntoBox, add_box, put_into_box, put_rest_into_box
from portal.supplies.services.load_box import LoadBox, load_box
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery
from portal.supplies.services.reject_order import reject_order
from portal.supplies.services.start_picking import start_picking
from portal.supplies.services.start_wave import StartWave, start_wave
from portal.supplies.services.update_basket import UpdateBasket, update_basket
from portal.supplies.wave_selectors import planned_waves

Find = Callable[..., Actor]


@dataclass(frozen=True, kw_only=True)
class Story:
    """One order. Every number is working days before the last one; None means that it has not happened.

    ``approved`` and ``refused`` name the persona who decides, the day after the order. ``missing`` packs
    of the first line were not in the box when the receipt was confirmed. ``walked`` orders that follow each other are
    picked on one walk. Of a ``proved`` delivery the carrier's file tells us. Of several ``boxes`` each but the last
    holds one pack.
    """

    who: str
    placed: int
    lines: dict[str, int]
    site: str = ""
    approved: str = ""
    refused: str = ""
    cancelled: int | None = None
    held: int | None = None
    picking: int | None = None
    packed: int | None = None
    sent: int | None = None
    delivered: int | None = None
    confirmed: int | None = None
    missing: int = 0
    walked: bool = False
    proved: bool = False
    boxes: int = 1


# Every two weeks the same: so the portal can say when Tom's practice will need it again.
USUAL = tuple(
    Story(
        who="tom",
        placed=day,
        lines={"SYR-2ML": 2, "GMS3": 1},
        sent=day - 2,
        delivered=day - 3,
        confirmed=day - 3,
    )
    for day in (48, 38, 28, 18, 9)
)
STORIES = (
    *USUAL,
    Story(
        who="tom", placed=20, lines={"GMS1": 4, "LFT-REPEAT": 5, "NDL-23G-25": 4}, sent=18, delivered=17, confirmed=17
    ),
    Story(who="tom", placed=15, lines={"LFT-INHALER": 5}, cancelled=15),
    Story(who="asha", placed=14, lines={"FP10PN": 2}, refused="grace"),
    Story(who="liam", placed=12, lines={"FP17DC": 4, "HC5D": 1}, sent=10, delivered=9, confirmed=9),
    Story(who="tom", placed=9, lines={"HC11": 2, "FP92A": 2}),  # late: nobody has picked it
    Story(who="ivy", placed=8, lines={"GOS2": 6, "HC1": 2}, sent=6, delivered=5, confirmed=5),
    Story(
        who="asha",
        placed=7,
        lines={"SYR-5ML": 4, "NDL-21G-40": 4, "CUP-100": 2},
        sent=2,
        delivered=1,
        proved=True,
        boxes=2,
    ),
    Story(who="fatima", placed=6, lines={"FP10DT": 3}, approved="ada", sent=3, delivered=2, confirmed=2, missing=1),
    Story(who="tom", placed=4, lines={"LFT-STATIN": 3}),  # out of stock, and nobody knows when it comes
    Story(who="tom", placed=3, lines={"BAG-SMALL": 2, "BAG-MEDIUM": 2, "FP5": 1}, sent=1, boxes=2),
    Story(who="tom", placed=2, lines={"CUP-60": 3, "CARD-STEROID": 2}),  # the cups wait for a delivery
    Story(who="ivy", placed=2, lines={"GOS18": 2}),
    Story(who="asha", site="Z99001001", placed=2, lines={"GMS1": 2, "LFT-NEWPAT": 2}, picking=0),
    Story(who="tom", placed=2, lines={"CARD-ANTICOAG": 2, "CARD-INSULIN": 2}, picking=0, walked=True),
    Story(who="fatima", placed=2, lines={"TOKEN-ROLL": 6, "CARD-ANTICOAG": 4}, packed=0, walked=True),
    Story(who="fatima", placed=1, lines={"HC1": 2}, held=0),
    Story(who="asha", placed=1, lines={"FP10SS": 2}),  # Grace has to approve it
    Story(who="liam", placed=1, lines={"FP10D": 2}),  # the operator has to approve it
)


def tell_the_stories(actor_of: Find) -> None:
    """Makes the orders. ``actor_of`` gives the actor for a persona's key (and a site)."""
    walked: list[tuple[Story, Order]] = []
    for number, story in enumerate(STORIES):
        order = _begin(story, number, actor_of)
        if story.walked:
            walked.append((story, order))
            continue
        _walk(walked, actor_of)
        _send(story, order, actor_of)
    _walk(walked, actor_of)


def _walk(walked: list[tuple[Story, Order]], actor_of: Find) -> None:
    """One wave for the orders, if there are any; then each goes on as its story says."""
    if not walked:
        return
    with happening_at(working_days_ago(0, time(9, 30))):
        planned = next(each for each in planned_waves(actor_of("wanda")) if each.store == "NORTH")
        command = StartWave(store=planned.store, carrier=planned.route.carrier, route=planned.route.name)
        start_wave(actor_of("wanda"), command)
    for story, order in walked:
        _send(story, order, actor_of)
    walked.clear()


def _begin(story: Story, number: int, actor_of: Find) -> Order:
    orderer = actor_of(story.who, story.site)
    with happening_at(working_days_ago(story.placed, time(9, 5 + number))):
        update_basket(orderer, UpdateBasket(quantities=story.lines, complete=True))
        name_pads(orderer)
        order = place_order(orderer, PlaceOrder(submission=uuid.uuid4(), seen=story.lines))
    _decide(story, order, actor_of)
    if story.cancelled is not None:
        with happening_at(working_days_ago(story.cancelled, time(11, 40))):
            cancel_order(orderer, order.reference, "Ordered twice by mistake")
    if story.held is not None:
        with happening_at(working_days_ago(story.held, time(9, 40))):
            hold_order(actor_of("wanda"), order.reference, "We are checking the delivery address with you")
    return order


def _decide(story: Story, order: Order, actor_of: Find) -> None:
    with happening_at(working_days_ago(story.placed - 1, time(9, 30))):
        if story.refused:
            reject_order(actor_of(story.refused), order.reference, "We still have three pads in the safe")
        elif story.approved == "ada":
            approve_for_site(actor_of("ada"), order.reference)
        elif story.approved:
            approve_order(actor_of(story.approved), order.reference)


def _send(story: Story, order: Order, actor_of: Find) -> None:
    wanda = actor_of("wanda")
    if story.sent is not None:
        with happening_at(working_days_ago(story.sent, time(9, 15))):
            let_go(actor_of("ada"), order)
    day = next((each for each in (story.picking, story.packed, story.sent) if each is not None), None)
    if day is None:
        return
    with happening_at(working_days_ago(day, time(9, 45))):
        begun = Consignment.objects.filter(order=order).first()
        consignment = begun or start_picking(wanda, order.reference)
        _pick(wanda, consignment, whole=story.picking is None)
    if story.picking is not None:
        return
    with happening_at(working_days_ago(day, time(10, 0))):
        _fill_boxes(wanda, consignment, story.boxes)
        pack_consignment(wanda, PackConsignment(consignment=consignment.reference))
    if story.sent is None:
        return
    with happening_at(working_days_ago(story.sent, time(15, 30))):
        number = f"TV{order.id:06}GB"
        command = HandOver(consignment=consignment.reference, carrier="Royal Mail Tracked", carrier_reference=number)
        if story.boxes > 1:
            for box in consignment.boxes.order_by("number"):
                piece = f"TV{order.id:05}{box.number}GB"
                load_box(wanda, LoadBox(consignment=consignment.reference, code=box.code, carrier_piece=piece))
        hand_over(wanda, command)
    _arrive(story, consignment, actor_of)


def _pick(actor: Actor, consignment: Consignment, *, whole: bool) -> None:
    """Everything on the list, or only its first line."""
    lines = list(ConsignmentLine.objects.select_related("line").filter(consignment=consignment))
    for each in lines if whole else lines[:1]:
        command = PickItem(consignment=consignment.reference, item_code=each.line.item_code, quantity=each.quantity)
        pick_item(actor, command)


def _fill_boxes(actor: Actor, consignment: Consignment, boxes: int) -> None:
    """Of several boxes, each but the last holds a pack of a line of its own."""
    if boxes == 1:
        return
    lines = list(ConsignmentLine.objects.select_related("line").filter(consignment=consignment).order_by("id"))
    for number in range(1, boxes + 1):
        add_box(actor, consignment.reference)
        if number < boxes:
            code = lines[number % len(lines)].line.item_code
            put_into_box(actor, PutIntoBox(consignment=consignment.reference, box=number, item_code=code))
    put_rest_into_box(actor, consignment.reference, boxes)


def _arrive(story: Story, consignment: Consignment, actor_of: Find) -> None:
    if story.delivered is None:
        return
    orderer = actor_of(story.who, story.site)
    with happening_at(working_days_ago(story.delivered, time(11, 20))):
        if story.proved:
            _prove(actor_of("wanda"), consignment)
        else:
            command = RecordDelivery(
                consignment=consignment.reference, received_by="Reception", delivered_at=timezone.now(), signed=True
            )
            record_delivery(actor_of("wanda"), command)
    if story.confirmed is None:
        return
    with happening_at(working_days_ago(story.confirmed, time(12, 10))):
        received = dict(story.lines)
        if story.missing:
            received[next(iter(received))] -= story.missing
        confirm_receipt(orderer, ConfirmReceipt(consignment=consignment.reference, received=received))


def _prove(actor: Actor, consignment: Consignment) -> None:
    """The carrier's file of that day: the parcel was signed for, another is not ours, one is still on its way."""
    consignment.refresh_from_db()
    at = timezone.localtime()
    lines = [
        "reference,state,at,received_by,note",
        f"{consignment.carrier_reference},delivered,{at.isoformat()},J Field,",
        f"TV990001GB,delivered,{at.isoformat()},A Reader,",
        f"TV990002GB,in transit,{at.isoformat()},,",
    ]
    content = "\n".join(lines).encode()
    import_proofs(actor, f"tracking-{at:%Y-%m-%d}.csv", lambda: io.BytesIO(content))
