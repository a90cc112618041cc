"""An order follows its site to a new address, as long as nothing of it has left the shelf (J18, F8)."""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.organisations.api import Organisation
from portal.supplies.events import ORDER_READDRESSED
from portal.supplies.models import Order
from portal.supplies.permissions import EDIT_ACCOUNT
from portal.supplies.services.lock_order import lines_of, lock_order
from portal.supplies.states import CANCELLABLE


@service(EDIT_ACCOUNT)
def readdress_order(actor: Actor, reference: str) -> bool:
    """Copies the site's present address to the order; False when part of it is picked, packed or on its way.

    Raises NotFound for an unknown order.
    """
    order = lock_order(actor, reference)
    site = Organisation.objects.get(pk=order.organisation_id)
    if any(line.state not in (*CANCELLABLE, "cancelled", "rejected") for line in lines_of(order)):
        nothing_changed()
        return False
    new = {"delivery_name": site.name, "delivery_lines": site.address_lines, "delivery_postcode": site.postcode}
    if all(getattr(order, name) == value for name, value in new.items()):
        nothing_changed()
        return True
    Order.objects.filter(pk=order.pk).update(**new)
    record(ORDER_READDRESSED, actor=actor, subject=order, organisation_id=order.organisation_id, postcode=site.postcode)
    return True
