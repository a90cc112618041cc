"""A parcel with numbered forms that nobody took in comes back: range by range, then its packs (J25, R4)."""

from __future__ import annotations

from dataclasses import replace

from portal.foundation.access import Actor, service
from portal.foundation.errors import Conflict
from portal.serials.models import SerialRange
from portal.serials.moving import Move, move_serials
from portal.serials.permissions import ALLOCATE_SERIALS, REPORT_FORMS
from portal.serials.register import ranges_in
from portal.serials.services.check_delivery import Checked, answered, key_of, report_disputed
from portal.supplies.models import Consignment
from portal.supplies.permissions import PICK
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.return_consignment import return_consignment


@service(ALLOCATE_SERIALS)
def parcel_came_back(actor: Actor, reference: str, answers: dict[str, str], what: str) -> Checked:
    """What is in the parcel is in its store again, what is not is frozen and reported; then the packs are booked in.

    All of it, or nothing. Raises Conflict unless the carrier failed to deliver it, InvalidInput for a range
    without an answer. The site it was for is told of what is missing: somebody may try these forms near it.
    """
    _, consignment = lock_consignment(actor, reference)
    if consignment.state != "failed":
        raise Conflict(f"Consignment {reference} is {consignment.state_label.lower()}: it has not come back.")
    here, disputed = answered(ranges_in(actor, consignment), answers, what)
    for row in here:
        _onto_the_shelf(actor, consignment, row)
    reporting = replace(
        actor.also(REPORT_FORMS),
        organisation_id=consignment.organisation_id,
        organisation_code=consignment.organisation.code,
    )
    place = "With the carrier, on the way back"
    cases = [report_disputed(reporting, consignment, row, answers[key_of(row)], what, place=place) for row in disputed]
    picking = actor.also(PICK)
    return_consignment(picking, reference)
    return Checked(confirmed=len(here), cases=cases)


def _onto_the_shelf(actor: Actor, consignment: Consignment, row: SerialRange) -> None:
    move = Move(
        item=row.item,
        serials=row.serials,
        source={"consignment": consignment, "state": "allocated"},
        target="in_store",
        where=consignment.store.name,
        place={"store": consignment.store, "consignment": None, "box": None, "organisation": None},
        note="The parcel could not be delivered and came back.",
    )
    move_serials(actor, move)
