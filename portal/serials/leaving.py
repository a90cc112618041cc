"""No numbered form leaves a store without its number being written down (J25)."""

from __future__ import annotations

from portal.foundation.access import system_actor
from portal.serials.models import SerialReceipt
from portal.serials.permissions import VIEW_REGISTER
from portal.serials.register import needed_in, ranges_in
from portal.supplies.api import before_leaving
from portal.supplies.models import Consignment


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
