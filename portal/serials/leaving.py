"""What is asked of the register: before secure stationery is ordered, picked and sent, and before a case ends."""

from __future__ import annotations

from django.urls import reverse

from portal.casework.api import Case, before_settling
from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import InvalidInput
from portal.foundation.web.next_step import NextStep
from portal.serials.boxes import numbers_without_box
from portal.serials.formats import Formats
from portal.serials.models import FormIncident, PadOrder, SecureRelease, SerialRange, SerialReceipt, SignedDelivery
from portal.serials.permissions import VIEW_REGISTER
from portal.serials.prescribers import names_for_pads
from portal.serials.register import needed_in, ranges_in
from portal.serials.services.personal_pads import lock_chosen, pads_still_wanted, write_names_on_pads
from portal.serials.services.release_orders import keep_unusual_waiting
from portal.supplies.api import before_leaving
from portal.supplies.checkpoints import (
    about_to_place,
    before_coming_back,
    before_picking,
    beside_lines,
    on_the_delivery_note,
    remark_on_order,
    when_delivered,
    when_placed,
)
from portal.supplies.models import CatalogueItem, Consignment, Order
from portal.supplies.permissions import ORDER_SECURE_ITEMS


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
    return numbers_without_box(consignment, ranges)


@before_settling
def it_is_known_how_it_ended(case: Case) -> NextStep | None:
    """A report of missing forms closes only with an outcome (J7)."""
    open_ones = FormIncident.objects.filter(case_reference=case.reference, outcome="")
    if case.kind != "missing_forms" or not open_ones.exists():
        return None
    return NextStep(
        sentence="Say first how it ended: somebody who may settles the report. That answers the case.",
        link_text="Settle the report",
        address=reverse("staff_serials:settle", kwargs={"reference": case.reference}),
    )


about_to_place(lock_chosen)
when_placed(write_names_on_pads)
when_placed(keep_unusual_waiting)
before_picking(pads_still_wanted)


@beside_lines
def whose_name_is_printed(actor: Actor, items: list[CatalogueItem]) -> dict[str, NextStep]:
    """For pads with a name on: whose it is, and the page where it is chosen, which comes back to the order."""
    if not actor.can(ORDER_SECURE_ITEMS):
        return {}
    address = reverse("serials:pads", kwargs={"code": actor.organisation_code})
    return {
        code: NextStep(sentence=f"Printed for {name}.", link_text="Choose somebody else", address=address)
        if name
        else NextStep(
            sentence="A prescriber's name is printed on it.", link_text="Choose the prescriber", address=address
        )
        for code, name in names_for_pads(actor, items).items()
    }


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


@before_coming_back
def its_numbers_are_accounted_for(consignment: Consignment) -> NextStep | None:
    """A parcel that nobody took in: each range in it is on a shelf again, or reported."""
    if not SerialRange.objects.filter(consignment=consignment, state="allocated").exists():
        return None
    return NextStep(
        sentence="There are numbered forms in it. Say of each range whether it came back. That books it all in.",
        link_text="Count its numbers",
        address=reverse("staff_serials:parcel_back", kwargs={"reference": consignment.reference}),
    )


@on_the_delivery_note
def numbers_in_the_parcel(consignment: Consignment) -> list[tuple[str, str]]:
    """Every range of the consignment, in the order in which the site checks them."""
    rows = SerialRange.objects.filter(consignment=consignment).select_related("item", "box")
    rows = rows.order_by("box__number", "item__name", "serials")
    several, shown = consignment.packages > 1, Formats().shown
    return [
        (f"Box {row.box.number}: {row.item.name}" if several and row.box else row.item.name,
         shown(row.item.code, row.serials))
        for row in rows
    ]  # fmt: skip


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
