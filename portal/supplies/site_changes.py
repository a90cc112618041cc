"""What supplies does when an approved request closes or moves a site: steps of casework's plans (J17, J18; F8, F19)."""

from __future__ import annotations

from portal.casework.api import ChangeRequest, Done, NotYet, Outcome, PlanStep, action
from portal.foundation.access import system_actor
from portal.supplies.models import Order
from portal.supplies.permissions import CANCEL_ORDER, EDIT_ACCOUNT
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.readdress_order import readdress_order
from portal.supplies.states import CANCELLABLE

_AT_ONCE = 100  # orders in one transaction


@action("cancel_orders")
def cancel_orders(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Cancels what nobody has begun to pick; whoever ordered is told why, and where to order again."""
    actor = system_actor("The portal", CANCEL_ORDER)
    successor = step.arguments.get("successor", "")
    again = f" Order again at {successor}." if successor else ""
    reason = f"{step.target} closes.{again}"
    found = _open_orders(step.target)
    for reference in found:
        cancel_order(actor, reference, reason)
    said = f"{len(found)} {_orders(len(found))} cancelled."
    return NotYet(said=f"{said} More follow.") if len(found) == _AT_ONCE else Done(said=said)


@action("readdress_orders")
def readdress_orders(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Sends what has not left the shelf to the new address; says how many keep the old one."""
    actor = system_actor("The portal", EDIT_ACCOUNT)
    found = _open_orders(step.target, most=None)
    left = [reference for reference in found if not readdress_order(actor, reference)]
    kept = f" {len(left)} are being packed and keep the old address: {', '.join(left[:5])}." if left else ""
    number = len(found) - len(left)
    return Done(said=f"{number} {_orders(number)} go to the new address.{kept}")


def _open_orders(code: str, most: int | None = _AT_ONCE) -> list[str]:
    orders = Order.objects.filter(organisation__code=code, lines__state__in=CANCELLABLE).order_by("id").distinct()
    return list(orders.values_list("reference", flat=True)[:most])


def _orders(number: int) -> str:
    return "order" if number == 1 else "orders"
