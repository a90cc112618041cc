"""The hub has scanned one form out of a bag, and sends it on for the practice that put it in (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.errors import Conflict
from portal.records.temporary_residents.bags import lock_bag
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.services.send_form import SendForm, take_form_in


@service(ROUTE_FORMS)
def enter_form(actor: Actor, bag_reference: str, command: SendForm) -> TemporaryForm:
    """As if the practice had sent it. Raises NotFound, Conflict for a bag that is not at the hub, InvalidInput."""
    bag = lock_bag(actor, bag_reference)
    if bag.state != "arrived":
        raise Conflict(f"This bag is not at the hub: {bag.state_label.lower()}.")
    return take_form_in(actor, command, sender=bag.organisation, bag=bag)
