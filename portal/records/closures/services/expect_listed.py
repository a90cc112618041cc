"""Patients on a closing site's list of whom nobody ever scanned an envelope: their records are expected, too (J18).

Such a record is entered at the site, as it is when the registers want it moved. So it is counted like any other, and
looked for when it is not found.
"""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.records.closures.counting import listed
from portal.records.closures.events import LISTED_EXPECTED
from portal.records.closures.models import Inventory
from portal.records.permissions import START_MOVEMENTS
from portal.records.places import holder_of
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.enter_record import enter_many


@service(START_MOVEMENTS)
def expect_more(actor: Actor, inventory_id: int, *, most: int) -> int:
    """What the worker does while a site counts: as ``expect_listed``; 0 when the count has ended."""
    with system_scope():
        counting = Inventory.objects.select_for_update(of=("self",)).select_related("organisation")
        found: Inventory | None = counting.filter(pk=inventory_id, state="counting").first()
        added = expect_listed(actor, found, most=most) if found is not None else 0
        if not added:
            nothing_changed()
        return added


def expect_listed(actor: Actor, inventory: Inventory, *, most: int) -> int:
    """The part of it that other services use: enters at most so many records; how many. The count is locked or new."""
    chosen = list(listed(inventory.organisation_id).order_by("id").values_list("pk", flat=True)[:most])
    # A message of the registers enters a record, too, and has locked the patient: look again once nobody else can.
    list(
        RegisteredPatient.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("id").values_list("pk")
    )
    patients = list(listed(inventory.organisation_id).filter(pk__in=chosen).order_by("id"))
    if not patients:
        return 0
    enter_many(actor, patients, holder_of(inventory.organisation), how="The registers say that it is there")
    record(
        LISTED_EXPECTED,
        actor=actor,
        subject=inventory,
        organisation_id=inventory.organisation_id,
        number=len(patients),
    )
    return len(patients)
