"""A practice without a scanner labels bags for its forms, and hands them to the courier (J11)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import build_event, record
from portal.foundation.audit.record import record_many
from portal.foundation.bulk_writing import write_new
from portal.foundation.errors import InvalidInput
from portal.records.temporary_residents.bags import MOST_LABELS, lock_bag, move_bag
from portal.records.temporary_residents.events import BAG_HANDED_OVER, BAG_LABEL_VOIDED, BAG_LABELLED
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.models.paper_bag import MOST_FORMS
from portal.records.temporary_residents.permissions import HANDLE_FORMS
from portal.records.temporary_residents.rules import form_rules


@service(HANDLE_FORMS)
def make_bag_labels(actor: Actor, number: int) -> list[PaperBag]:
    """Makes so many labels, one for each bag. Raises InvalidInput for none or too many."""
    if not 1 <= number <= MOST_LABELS:
        raise InvalidInput({"number": f"Choose 1 to {MOST_LABELS} labels."})
    bags = [
        PaperBag(organisation_id=actor.organisation_id, made_by_name=actor.name, state_by_name=actor.name)
        for _ in range(number)
    ]
    write_new(PaperBag, bags)
    record_many(
        [build_event(BAG_LABELLED, actor=actor, subject=bag, organisation_id=bag.organisation_id) for bag in bags]
    )
    return bags


@service(HANDLE_FORMS)
def hand_bag_over(actor: Actor, reference: str, forms: int) -> PaperBag:
    """The courier has the bag, with so many forms in it; its clock begins. Raises NotFound, Conflict, InvalidInput.

    Where the courier's scan came first, the clock runs already, and only the number is added.
    """
    if not 1 <= forms <= MOST_FORMS:
        raise InvalidInput({"forms": f"Enter how many forms are in the bag, 1 to {MOST_FORMS}."})
    bag = lock_bag(actor, reference)
    if not (bag.state == "handed_over" and bag.said is None):
        move_bag(actor, bag, "handed_over")
        bag.due_on = form_rules().bag_arrives_by(timezone.localdate())
    bag.said = forms
    bag.save()
    record(BAG_HANDED_OVER, actor=actor, subject=bag, organisation_id=bag.organisation_id, forms=forms)
    return bag


@service(HANDLE_FORMS)
def void_bag_label(actor: Actor, reference: str) -> PaperBag:
    """The label is not used. Raises NotFound, and Conflict once the courier has the bag."""
    bag = lock_bag(actor, reference)
    move_bag(actor, bag, "void")
    bag.save()
    record(BAG_LABEL_VOIDED, actor=actor, subject=bag, organisation_id=bag.organisation_id)
    return bag
