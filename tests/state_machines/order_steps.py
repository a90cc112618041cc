"""What sites, the warehouse and the carrier can do with orders in the small world."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor
from portal.supplies.models import BoxLine, Consignment, ConsignmentLine, Order, Substitution
from portal.supplies.services.answer_substitute import answer_substitute
from portal.supplies.services.approve_order import approve_for_site, approve_order
from portal.supplies.services.cancel_consignment import cancel_consignment
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.hold_order import hold_order, release_order
from portal.supplies.services.keep_boxes import (
    CloseBox,
    PutIntoBox,
    add_box,
    close_box,
    open_box,
    put_into_box,
    put_rest_into_box,
    remove_box,
)
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute
from portal.supplies.services.load_box import LoadBox, load_box
from portal.supplies.services.offer_substitute import OfferSubstitute, offer_substitute
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment, reopen_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.record_box_delivery import record_box_delivery
from portal.supplies.services.record_delivery import (
    RecordDelivery,
    record_delivery,
    record_failed_delivery,
    try_delivery_again,
)
from portal.supplies.services.reject_order import reject_for_site, reject_order
from portal.supplies.services.report_problem import PROBLEMS, ReportProblem, report_problem
from portal.supplies.services.say_substitutes import say_substitutes_for_order
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.stock_books import KEEPER
from tests.state_machines.world import Draw, World

MOST_BOXES = 3


class Steps(World):
    """The world with everything that can happen to an order in it."""

    # Sites

    def decide(self, draw: Draw) -> None:
        """Somebody approves or rejects; at times somebody who may not."""
        order = self.order(draw)
        if order.approval_route == "operator":
            verb, actor = (approve_for_site if draw.yes else reject_for_site), self.staff
        else:
            verb, actor = (approve_order if draw.yes else reject_order), self.people[draw.other % 3]
        reason = () if draw.yes else ("We have enough.",)
        self.attempt(verb, actor, order.reference, *reason)

    def cancel(self, draw: Draw) -> None:
        """The orderer cancels."""
        order = self.order(draw)
        self.attempt(cancel_order, self.orderer_of(order), order.reference, "Not needed.")

    def confirm(self, draw: Draw) -> None:
        """The orderer confirms what was in a consignment, at times with something missing."""
        if consignment := self.consignment(draw, "dispatched", "failed", "delivered", "received", "discrepancy"):
            self.confirm_all(consignment, missing=draw.packs % 3)

    def report(self, draw: Draw) -> None:
        """The orderer reports a problem."""
        order = self.order(draw)
        consignment = order.consignments.order_by("id").last() if draw.yes else None
        command = ReportProblem(
            order=order.reference,
            kind=sorted(PROBLEMS)[draw.packs % len(PROBLEMS)],
            details="A test says so.",
            consignment=consignment.reference if consignment else "",
        )
        self.attempt(report_problem, self.orderer_of(order), command)

    # Warehouse and carrier

    def start(self, draw: Draw) -> None:
        """Somebody begins to pick."""
        self.attempt(start_picking, self.staff, self.order(draw).reference)

    def pick(self, draw: Draw) -> None:
        """A pack, or all that is wanted of an item, is scanned."""
        if consignment := self.consignment(draw, "picking"):
            lines = list(ConsignmentLine.objects.filter(consignment=consignment).select_related("line"))
            each = lines[draw.other % len(lines)]
            packs = max(1, each.quantity - each.picked) if draw.yes else 1
            command = PickItem(consignment=consignment.reference, item_code=each.line.item_code, quantity=packs)
            self.attempt(pick_item, self.staff, command)

    def box(self, draw: Draw) -> None:
        """A box is added, filled, closed, opened, emptied or removed while an order is packed; rarely a wrong one."""
        consignment = self.consignment(draw, "picking")
        if consignment is None:
            return
        reference, boxes = consignment.reference, consignment.boxes.count()
        if boxes == 0 or (draw.yes and boxes < MOST_BOXES):
            self.attempt(add_box, self.staff, reference)
            return
        lines = list(ConsignmentLine.objects.filter(consignment=consignment).select_related("line"))
        code, number = lines[draw.other % len(lines)].line.item_code, 1 + draw.which % boxes
        packs = draw.packs - 4 or 1
        put = PutIntoBox(consignment=reference, box=number, item_code=code, quantity=packs)
        verb, *arguments = (
            (put_into_box, put),
            (put_rest_into_box, reference, number),
            (close_box, CloseBox(consignment=reference, box=number)),
            (open_box, reference, number),
            (remove_box, reference),
        )[draw.packs % 5]
        self.attempt(verb, self.staff, *arguments)  # type: ignore[arg-type]

    def load(self, draw: Draw) -> None:
        """A box is scanned to the carrier; at times one of another consignment."""
        if consignment := self.consignment(draw, "packed"):
            number = 1 + draw.packs % consignment.packages
            code = f"{consignment.reference}-{number}" if draw.yes or consignment.packages > 1 else "CN-NOT-HERE-1"
            self.attempt(load_box, self.staff, LoadBox(consignment=consignment.reference, code=code))

    def box_arrives(self, draw: Draw) -> None:
        """The carrier reports one box."""
        if consignment := self.consignment(draw, "dispatched", "failed"):
            came = RecordDelivery(
                consignment=consignment.reference, received_by="Reception", delivered_at=timezone.now()
            )
            self.attempt(record_box_delivery, self.staff, came, 1 + draw.packs % consignment.packages)

    def confirm_by_box(self, draw: Draw) -> None:
        """The orderer says of each box whether it came."""
        if consignment := self.consignment(draw, "dispatched", "failed", "delivered", "discrepancy"):
            said: dict[int, dict[str, int]] = {}
            for each in BoxLine.objects.filter(box__consignment=consignment).select_related("box", "part__line"):
                inside = said.setdefault(each.box.number, {})
                code = each.part.line.item_code
                inside[code] = inside.get(code, 0) + each.quantity
            missing = frozenset({draw.packs % (len(said) + 1)} & said.keys())
            boxes = {number: inside for number, inside in said.items() if number not in missing}
            command = ConfirmReceipt(consignment=consignment.reference, boxes=boxes, missing=missing)
            self.attempt(confirm_receipt, self.orderer_of(consignment.order), command)

    def substitute(self, draw: Draw) -> None:
        """Staff offers another item for a line that waits, the site says what it thinks of it, or answers."""
        order = self.order(draw)
        site = self.orderer_of(order)
        offer = Substitution.objects.filter(line__order=order, state="asked").first()
        if offer is not None:
            self.attempt(self.answer, site, order.reference, offer.reference, draw.yes)
            return
        item, other = self.items[draw.other % 3], self.items[(draw.other + 1) % 3]
        rule = AllowSubstitute(
            item=item.code, substitute=other.code, packs=1 + draw.packs % 2, valid_from=timezone.localdate()
        )
        self.attempt(allow_substitute, KEEPER, rule)
        self.attempt(say_substitutes_for_order, site, order.reference, "yes" if draw.yes else "ask")
        command = OfferSubstitute(order=order.reference, item=item.code, substitute=other.code)
        self.attempt(offer_substitute, self.staff, command)

    def answer(self, site: Actor, order: str, offer: str, accept: bool) -> None:
        """The site answers an offer."""
        answer_substitute(site, order, offer, accept=accept)

    def pack(self, draw: Draw) -> None:
        """The boxes are closed with whatever is in them, and what is missing is written off or not."""
        if consignment := self.consignment(draw, "picking"):
            gone = frozenset(item.code for item in self.items) if draw.yes else frozenset()
            command = PackConsignment(consignment=consignment.reference, short_is_right=True, not_on_shelf=gone)
            self.attempt(pack_consignment, self.staff, command)

    def reopen(self, draw: Draw) -> None:
        """Packed boxes are opened again, or put back on the shelf."""
        if consignment := self.consignment(draw, "packed", *(() if draw.yes else ("picking",))):
            self.attempt(reopen_consignment if draw.yes else cancel_consignment, self.staff, consignment.reference)

    def send(self, draw: Draw) -> None:
        """A consignment goes to the carrier; at times one that is gone already, or of which boxes were not scanned."""
        if consignment := self.consignment(draw, "packed", "dispatched"):
            self.attempt(hand_over, self.staff, HandOver(consignment=consignment.reference, carrier="A van"))

    def arrive(self, draw: Draw) -> None:
        """The carrier reports."""
        consignment = self.consignment(draw, "dispatched", "failed", "discrepancy")
        if consignment and draw.yes:
            self.deliver(consignment)
        elif consignment and consignment.state == "failed":
            self.attempt(try_delivery_again, self.staff, consignment.reference)
        elif consignment:
            self.attempt(record_failed_delivery, self.staff, consignment.reference, "Nobody there.")

    def hold(self, draw: Draw) -> None:
        """An order is put on hold, or released."""
        reference = self.order(draw).reference
        if draw.yes:
            self.attempt(release_order, self.staff, reference)
        else:
            self.attempt(hold_order, self.staff, reference, "Checking.")

    # The way an order goes when nothing goes wrong

    def next_step(self, order: Order, *, whole: bool) -> None:
        """The next step of the order's newest consignment, or the one that begins one."""
        order.refresh_from_db()
        consignment = order.consignments.exclude(state="cancelled").order_by("id").last()
        if order.state == "awaiting_approval":
            self.approve(order)
        elif order.state == "on_hold":
            self.attempt(release_order, self.staff, order.reference)
        elif consignment is None or consignment.state in ("received", "discrepancy"):
            self.attempt(start_picking, self.staff, order.reference)
        elif consignment.state == "picking":
            self.pick_and_pack(consignment, whole=whole)
        elif consignment.state == "packed":
            for box in consignment.boxes.filter(loaded_at=None):
                self.attempt(load_box, self.staff, LoadBox(consignment=consignment.reference, code=box.code))
            self.attempt(hand_over, self.staff, HandOver(consignment=consignment.reference, carrier="A van"))
        elif consignment.state in ("dispatched", "failed"):
            self.deliver(consignment)
        else:
            self.confirm_all(consignment, missing=0 if whole else 1)

    def approve(self, order: Order) -> None:
        """By somebody who may."""
        if order.approval_route == "operator":
            self.attempt(approve_for_site, self.staff, order.reference)
        else:
            other = next(each for each in self.people[:2] if each.user_id != order.placed_by_id)
            self.attempt(approve_order, other, order.reference)

    def pick_and_pack(self, consignment: Consignment, *, whole: bool) -> None:
        """Everything, or everything but a pack of each line."""
        for each in ConsignmentLine.objects.filter(consignment=consignment).select_related("line"):
            packs = each.quantity - each.picked - (0 if whole else 1)
            if packs > 0:
                command = PickItem(consignment=consignment.reference, item_code=each.line.item_code, quantity=packs)
                self.attempt(pick_item, self.staff, command)
        last = consignment.boxes.order_by("number").last()
        if last is not None:
            if last.closed_at is not None:
                self.attempt(open_box, self.staff, consignment.reference, last.number)
            self.attempt(put_rest_into_box, self.staff, consignment.reference, last.number)
        boxes = PackConsignment(consignment=consignment.reference, short_is_right=True)
        self.attempt(pack_consignment, self.staff, boxes)

    def deliver(self, consignment: Consignment) -> None:
        """To the reception."""
        command = RecordDelivery(
            consignment=consignment.reference, received_by="Reception", delivered_at=timezone.now()
        )
        self.attempt(record_delivery, self.staff, command)

    def confirm_all(self, consignment: Consignment, *, missing: int) -> None:
        """By the orderer; ``missing`` packs of every line did not arrive."""
        lines = ConsignmentLine.objects.filter(consignment=consignment, picked__gt=0).select_related("line")
        received = {each.line.item_code: max(0, each.picked - missing) for each in lines}
        command = ConfirmReceipt(consignment=consignment.reference, received=received)
        self.attempt(confirm_receipt, self.orderer_of(consignment.order), command)
