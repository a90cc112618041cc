"""Who is asked to look for a record: whoever had it, and whoever may have it though nobody ever scanned it (J26)."""

from __future__ import annotations

from django.db.models import Q

from portal.organisations.models import Organisation
from portal.records.models import Bag, CustodyEvent, Movement
from portal.records.places import holder_of, own_place
from portal.records.registrations.facts import ACCEPTANCES
from portal.records.registrations.models import RegistrationEvent


def places_that_may_have(movement: Movement, bag: Bag, had: set[int]) -> set[int]:
    """The ids of holders. ``had`` are those of the part's chain; with it come both ends of the movement, both ends of
    the record's earlier movements, and the open practices where the registers say that the patient was.

    A part that was only ever entered has been nowhere that anybody saw: the store and the hub look, too.
    """
    found = {*had, movement.origin_id, movement.destination_id}
    before = Movement.objects.filter(record_id=movement.record_id).exclude(pk=movement.pk)
    for ends in before.filter(bags__part=bag.part_id).values_list("origin_id", "destination_id"):
        found.update(ends)
    found.update(holder_of(each).pk for each in _practices_of(movement))
    if not CustodyEvent.objects.filter(part_id=bag.part_id).exclude(proof="entered").exists():
        found.update((own_place("store").pk, own_place("hub").pk))
    return found


def _practices_of(movement: Movement) -> list[Organisation]:
    """Where the patient was registered, by every message that says so; a closed practice cannot look any more."""
    said = RegistrationEvent.objects.filter(patient_id=movement.record.patient_id, kind__in=ACCEPTANCES)
    rows = list(said.values_list("practice_id", "previous_practice"))
    ids, codes = {pk for pk, _ in rows if pk}, {code for _, code in rows if code}
    practices = Organisation.objects.filter(Q(pk__in=ids) | Q(code__in=codes), contractor_type="gp", status="active")
    return list(practices.order_by("id"))
