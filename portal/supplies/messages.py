"""The e-mails of supplies: who is told what. Plain text, no patient data, one link (R10)."""

from __future__ import annotations

from typing import Any

from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.supplies.models import Consignment, Order


def order_placed(order: Order, *, approvers: list[str]) -> list[Email]:
    """To the orderer, and to those who may approve it."""
    return [
        _email(order, "order_placed", f"Order {order.reference} placed", {}),
        _email(order, "approval_wanted", f"Order {order.reference} needs your approval", {}, recipients=approvers),
    ]


def order_approved(order: Order) -> list[Email]:
    """To the orderer."""
    return [_email(order, "order_approved", f"Order {order.reference} approved", {})]


def order_rejected(order: Order) -> list[Email]:
    """To the orderer, with the reason."""
    return [_email(order, "order_rejected", f"Order {order.reference} not approved", {"reason": order.decision_reason})]


def order_cancelled(order: Order, reason: str, *, who: str) -> list[Email]:
    """To the orderer: all of it, or the part that had not been picked."""
    whole = order.state == "cancelled"
    subject = f"Order {order.reference} cancelled" if whole else f"Part of order {order.reference} cancelled"
    return [_email(order, "order_cancelled", subject, {"reason": reason, "whole": whole, "who": one_line(who)})]


def order_held(order: Order, reason: str) -> list[Email]:
    """To the orderer, with the reason."""
    return [_email(order, "order_held", f"Order {order.reference} is on hold", {"reason": reason})]


def order_released(order: Order) -> list[Email]:
    """To the orderer."""
    return [_email(order, "order_released", f"Order {order.reference} goes on", {})]


def stock_arrived(order: Order) -> list[Email]:
    """To the orderer: what was waited for is there."""
    return [_email(order, "stock_arrived", f"Stock has come in for order {order.reference}", {})]


def stock_missing(order: Order, names: list[str]) -> list[Email]:
    """To the orderer: a count found less than was promised."""
    return [_email(order, "stock_missing", f"Order {order.reference} has to wait for stock", {"names": names})]


def consignment_dispatched(consignment: Consignment) -> list[Email]:
    """To the orderer: what is on its way, with whom."""
    subject = f"Order {consignment.order.reference} is on its way"
    return [_email(consignment.order, "consignment_dispatched", subject, {"consignment": consignment})]


def delivery_failed(consignment: Consignment, reason: str) -> list[Email]:
    """To the orderer: the carrier could not deliver, and what happens next."""
    subject = f"Delivery of order {consignment.order.reference} was tried"
    context = {"consignment": consignment, "reason": reason}
    return [_email(consignment.order, "delivery_failed", subject, context)]


def consignment_delivered(consignment: Consignment) -> list[Email]:
    """To the orderer: it arrived; please confirm what was in it."""
    subject = f"Order {consignment.order.reference} was delivered"
    return [_email(consignment.order, "consignment_delivered", subject, {"consignment": consignment})]


def _email(
    order: Order, kind: str, subject: str, context: dict[str, Any], *, recipients: list[str] | None = None
) -> Email:
    return text_email(
        f"supplies.{kind}",
        [order.placed_by_email] if recipients is None else recipients,
        subject,
        about=order.reference,
        order=order,
        site=one_line(order.delivery_name),
        waiting=order.state == "awaiting_approval",
        link=absolute_address("supplies:order", code=order.organisation.code, reference=order.reference),
        **context,
    )
