"""What a line waits for is sent as another item: line, reservation and promise move in one transaction (R4).

The caller has locked the order, and knows that the site agrees.
"""

from __future__ import annotations

from django.db.models import Sum
from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import Conflict
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.workflow import apply
from portal.supplies.models import AllowedSubstitute, CatalogueItem, Order, OrderLine, Reservation
from portal.supplies.permissions import SUBSTITUTE
from portal.supplies.promises import promised_date
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.follow_consignments import follow_consignments
from portal.supplies.services.keep_substitutes import never_substituted
from portal.supplies.services.promise_order import promise_order
from portal.supplies.services.reserve_stock import reserve_stock
from portal.supplies.states import ORDER_LINE

PORTAL = system_actor("The portal", SUBSTITUTE)


def waiting_packs(line: OrderLine) -> int:
    """Packs that the line waits for: neither sent nor put aside."""
    held = Reservation.objects.filter(line=line).aggregate(packs=Sum("quantity"))["packs"] or 0
    return line.outstanding - held


def why_not_swapped(order: Order, line: OrderLine, item: CatalogueItem) -> str:
    """Why the line cannot be sent as that item, as a sentence; '' when it can. One query."""
    if line.state != "back_ordered":
        return f"{line.item_name} does not wait for stock any more: it is {line.state_label.lower()}."
    if never_substituted(line.item) or never_substituted(item):
        return "Secure stationery is never substituted."
    if not item.is_valid_on(timezone.localdate()):
        return f"{item.name} cannot be ordered today."
    if order.organisation.contractor_type not in item.contractor_types:
        return f"{item.name} is not for this kind of site."
    if item.approval_required and order.decided_by_id is None:
        return f"{item.name} needs an approval, which this order does not have. The site has to order it."
    if OrderLine.objects.filter(order=order, item=item).exists():
        return f"{item.name} is in this order already, so it cannot be sent instead of something else, too."
    return ""


def rule_for(line: OrderLine, item: CatalogueItem) -> AllowedSubstitute | None:
    """The rule that allows it today; None when there is none."""
    rule = AllowedSubstitute.objects.filter(item_id=line.item_id, substitute=item).first()
    return rule if rule is not None and rule.is_valid_on(timezone.localdate()) else None


def swap_line(actor: Actor, order: Order, line: OrderLine, item: CatalogueItem, new_packs: int) -> OrderLine:
    """Sends ``new_packs`` of the item instead of what the line waits for; returns the new line.

    What is put aside for the line already stays, and is sent. Raises Conflict when it may not be, or when the
    stores have too few free: then nothing has changed.
    """
    if sentence := why_not_swapped(order, line, item):
        raise Conflict(sentence)
    packs = waiting_packs(line)
    taken = reserve_stock({item.id: new_packs})
    free = sum(each.quantity for each in taken)
    if free < new_packs:
        raise Conflict(f"Only {free} of {item.name} are free, and {new_packs} are needed. The line keeps waiting.")
    promised_on = promised_date(
        working_calendar(), now=timezone.now(), lead_time=item.lead_time, in_stock=True, expected_on=None
    )
    line.cancelled += packs
    line.cancelled_at = timezone.now()
    line.substituted += packs
    # A line that never had a date is promised now, by what is sent instead. An earlier date stays.
    line.promised_on = line.promised_on or promised_on
    line.save(update_fields=["cancelled", "cancelled_at", "substituted", "promised_on"])
    _settle(line)
    new = OrderLine.objects.create(
        order=order,
        organisation_id=order.organisation_id,
        item=item,
        position=order.lines.count() + 1,
        item_code=item.code,
        item_name=item.name,
        unit=item.unit,
        pack_size=item.pack_size,
        state="accepted",
        quantity=new_packs,
        reason=line.reason,
        promised_on=promised_on,
        placed_at=line.placed_at,
        substitute_for=line,
    )
    Reservation.objects.bulk_create(
        Reservation(line=new, level_id=each.level_id, quantity=each.quantity) for each in taken if each.quantity
    )
    derive_state(order)
    promise_order(order)
    return new


def _settle(line: OrderLine) -> None:
    """Where the old line stands: closed, as far as its sent part, or accepted with what is put aside for it."""
    if line.outstanding:
        apply(ORDER_LINE, line, "accepted", actor=PORTAL)
    elif line.dispatched:
        follow_consignments(PORTAL, [line])
    else:
        apply(ORDER_LINE, line, "cancelled", actor=PORTAL)
