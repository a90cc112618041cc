"""What supplies asks the register before, while and after secure stationery is ordered, picked, sent and delivered."""

from __future__ import annotations

from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import InvalidInput
from portal.serials.models import PadOrder, SecureRelease, SerialRange, SerialReceipt, SignedDelivery
from portal.serials.numbers import shown
from portal.serials.permissions import VIEW_REGISTER
from portal.serials.register import needed_in, ranges_in
from portal.serials.services.personal_pads import lock_chosen, pads_still_wanted, write_names_on_pads
from portal.serials.services.release_orders import keep_unusual_waiting
from portal.supplies.api import before_leaving
from portal.supplies.checkpoints import (
    about_to_place,
    before_picking,
    on_the_delivery_note,
    remark_on_order,
    when_delivered,
    when_placed,
)
from portal.supplies.models import Consignment, Order


@before_leaving
def numbers_are_written_down(consignment: Consignment) -> str:
    """For forms of which this store has booked numbers in; stock from before the register has none."""
    ranges = ranges_in(system_actor("The register", VIEW_REGISTER), consignment)
    for item, wanted, has in needed_in(consignment, ranges):
        booked_in = SerialReceipt.objects.filter(item=item, store=consignment.store).exists()
        if has < wanted and (booked_in or has):
            return (
                f"{has:,} of {wanted:,} forms of {item.name} have their serial numbers on this consignment."
                " Add the others under Serial numbers, then hand it over."
            )
    return ""


about_to_place(lock_chosen)
when_placed(write_names_on_pads)
when_placed(keep_unusual_waiting)
before_picking(pads_still_wanted)


@before_leaving
def pads_have_a_prescriber(consignment: Consignment) -> str:
    """The prescriber may have left while the pads were picked."""
    return pads_still_wanted(consignment.order)


@before_picking
def a_second_person_has_looked(order: Order) -> str:
    """An unusual order is picked when it is released. Both steps lock the order."""
    release = SecureRelease.objects.filter(order=order).first()
    if release is None or release.state == "released":
        return ""
    return f"Order {order.reference} waits for a second person: {' '.join(release.reasons)}"


@remark_on_order
def why_it_waits(order: Order) -> list[str]:
    """For both sides: why an order waits, and whose name is on its pads."""
    release = SecureRelease.objects.filter(order=order, state="waiting").first()
    waits = [] if release is None else [
        f"A second person of the operator looks at this order before it is sent. {' '.join(release.reasons)}"
    ]  # fmt: skip
    pads = PadOrder.objects.filter(line__order=order).select_related("line").order_by("line__position")
    return waits + [f"{pad.line.item_name}: printed for {pad.printed_name}." for pad in pads]


@on_the_delivery_note
def numbers_in_the_parcel(consignment: Consignment) -> list[tuple[str, str]]:
    """Every range of the consignment, in the order in which the site checks them."""
    rows = SerialRange.objects.filter(consignment=consignment).select_related("item").order_by("item__name", "serials")
    return [(row.item.name, shown(row.item.code, row.serials)) for row in rows]


@when_delivered
def somebody_signed(actor: Actor, consignment: Consignment, signed: bool) -> None:
    """Secure stationery is delivered only against a signature. Raises InvalidInput without one (I11)."""
    if not consignment.lines.filter(picked__gt=0, line__item__item_class="secure").exists():
        return
    if not signed:
        raise InvalidInput({"signed": "Secure stationery is delivered only against a signature. Record that it was."})
    SignedDelivery.objects.get_or_create(
        consignment=consignment,
        defaults={"organisation_id": consignment.organisation_id, "recorded_by_name": actor.name},
    )
