"""The e-mails about substitutes and new dates: to the person who ordered."""

from __future__ import annotations

from typing import Any

from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.supplies.models import Order, OrderLine, Substitution


def substitute_asked(order: Order, offer: Substitution) -> list[Email]:
    """May we send something else? With the last day of answering."""
    link = absolute_address(
        "supplies:answer_substitute", code=order.organisation.code, reference=order.reference, offer=offer.reference
    )
    subject = f"Order {order.reference}: may we send something else?"
    return [_email(order, "substitute_asked", subject, {"offer": offer, "link": link})]


def substituted(order: Order, offer: Substitution) -> list[Email]:
    """What is sent instead, and when."""
    return [_email(order, "substituted", f"Order {order.reference}: we send something else", {"offer": offer})]


def substitute_lapsed(order: Order, offer: Substitution) -> list[Email]:
    """Nobody answered: the line keeps waiting."""
    subject = f"Order {order.reference} keeps waiting for what you ordered"
    return [_email(order, "substitute_lapsed", subject, {"offer": offer})]


def promise_changed(order: Order, lines: list[OrderLine]) -> list[Email]:
    """The new dates of what the order waits for."""
    return [_email(order, "promise_changed", f"Order {order.reference} has a new date", {"lines": lines})]


def _email(order: Order, kind: str, subject: str, context: dict[str, Any]) -> Email:
    address = absolute_address("supplies:order", code=order.organisation.code, reference=order.reference)
    return text_email(
        f"supplies.{kind}",
        [order.placed_by_email],
        subject,
        about=order.reference,
        order=order,
        site=one_line(order.delivery_name),
        **{"link": address, **context},
    )
