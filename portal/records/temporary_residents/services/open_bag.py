"""The hub takes a bag of forms in, and each form out of it; one that does not come is looked for (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.files.names import holds_nhs_number
from portal.records.reference import plain
from portal.records.temporary_residents.bags import lock_bag, move_bag
from portal.records.temporary_residents.events import BAG_ARRIVED, BAG_EMPTIED, BAG_MISSING
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.models.paper_bag import MOST_FORMS
from portal.records.temporary_residents.permissions import ROUTE_FORMS


@service(ROUTE_FORMS)
def take_bag_in(actor: Actor, code: str) -> PaperBag:
    """The bag with this code is at the hub, however it was scanned or typed, also one that counted as missing.

    Raises InvalidInput for a code that no label has, and Conflict for a bag that was here before or a void label.
    """
    try:
        bag = lock_bag(actor, plain(code))
    except NotFound:
        raise InvalidInput(
            {"code": "No label has this code. Type what stands below the bars, such as TB-7F3K-9QCM."}
        ) from None
    move_bag(actor, bag, "arrived")
    bag.save()
    record(BAG_ARRIVED, actor=actor, subject=bag, organisation_id=bag.organisation_id)
    return bag


@service(ROUTE_FORMS)
def say_bag_missing(actor: Actor, reference: str, note: str) -> PaperBag:
    """The bag did not come. The practice reads it. Raises NotFound, Conflict, InvalidInput without words."""
    if not note.strip() or holds_nhs_number(note):
        raise InvalidInput({"note": "Say where you looked. Leave out NHS numbers."})
    bag = lock_bag(actor, reference)
    move_bag(actor, bag, "missing")
    bag.note = note.strip()
    bag.save()
    record(BAG_MISSING, actor=actor, subject=bag, organisation_id=bag.organisation_id)
    return bag


@service(ROUTE_FORMS)
def empty_bag(actor: Actor, reference: str, forms: int) -> PaperBag:
    """So many forms were taken out, and each was sent on. Raises NotFound, Conflict, InvalidInput.

    Where they are not as many as the practice put in, both sides see it.
    """
    if not 0 <= forms <= MOST_FORMS:
        raise InvalidInput({"forms": f"Enter how many forms were in the bag, 0 to {MOST_FORMS}."})
    bag = lock_bag(actor, reference)
    entered = bag.forms.count()
    if forms < entered:
        raise Conflict(f"{entered} forms of this bag were entered already, so there were not fewer in it.")
    move_bag(actor, bag, "emptied")
    bag.found = forms
    bag.save()
    record(BAG_EMPTIED, actor=actor, subject=bag, organisation_id=bag.organisation_id, forms=forms)
    return bag
