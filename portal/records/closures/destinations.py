"""Where the record of a patient belongs when the practice that has it, or is to get it, closes (J18)."""

from __future__ import annotations

from portal.records.closures.models import Inventory
from portal.records.models import Holder, PaperRecord
from portal.records.places import holder_of, home_of, own_place


def destination_of(of: PaperRecord, inventory: Inventory) -> Holder:
    """The practice where the patient registered since, else who takes over from the closing one, else the store."""
    patient = of.patient
    home = patient.registered_at
    if patient.has_died or home is None:
        return own_place("store")
    if home.pk != inventory.organisation_id and home.status == "active":
        return holder_of(home)
    return holder_of(inventory.successor) if inventory.successor is not None else own_place("store")


def destination_from(of: PaperRecord, site_id: int | None) -> Holder:
    """As ``destination_of`` by the newest count of this site; without any, as for a patient of an open practice."""
    inventory = Inventory.objects.filter(organisation=site_id).select_related("successor").order_by("-id").first()
    return destination_of(of, inventory) if inventory is not None else home_of(of.patient)
