"""Offering a site another item for what it waits for: done at once, asked, or refused, as the site has said (J25)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.references import new_reference
from portal.foundation.web.filters import day
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.workflow import apply
from portal.supplies import substitution_messages as messages
from portal.supplies.events import SUBSTITUTE_ASKED, SUBSTITUTE_SENT, SUBSTITUTE_WITHDRAWN
from portal.supplies.models import CatalogueItem, Order, OrderLine, Substitution
from portal.supplies.permissions import SUBSTITUTE
from portal.supplies.services.lock_order import lock_order
from portal.supplies.services.swap_line import rule_for, swap_line, waiting_packs, why_not_swapped
from portal.supplies.states import SUBSTITUTION
from portal.supplies.substitution_rules import answer_days


@dataclass(frozen=True, kw_only=True)
class OfferSubstitute:
    """The command: an order, the code of the item it waits for, and the code of what would be sent instead."""

    order: str
    item: str
    substitute: str


@service(SUBSTITUTE)
def offer_substitute(actor: Actor, command: OfferSubstitute) -> Substitution:
    """Swaps the line when the site said yes beforehand, asks when it wants to be asked.

    Raises Refused when the site wants no substitutes or the actor ordered this themself, Conflict when the line
    does not wait, an offer is open or the stores have too few, InvalidInput when no rule allows it.
    """
    order = lock_order(actor, command.order)
    if actor.user_id is not None and actor.user_id == order.placed_by_id:
        raise Refused("You cannot substitute in this order because you placed it yourself. Ask a colleague.")
    if order.substitutes == "no":
        raise Refused("You cannot substitute in this order because the site wants none.")
    line = OrderLine.objects.select_related("item").filter(order=order, item_code=command.item).first()
    if line is None:
        raise NotFound
    item = CatalogueItem.objects.filter(code=command.substitute).first()
    rule = rule_for(line, item) if item is not None else None
    if item is None or rule is None:
        raise InvalidInput({"substitute": "Choose a substitute that the catalogue allows today."})
    if sentence := why_not_swapped(order, line, item):
        raise Conflict(sentence)
    if Substitution.objects.filter(line=line, state="asked").exists():
        raise Conflict("The site has been asked about this line already. Wait for its answer, or withdraw the offer.")
    packs = waiting_packs(line)
    offer = Substitution(
        reference=new_reference("SU"),
        organisation_id=order.organisation_id,
        line=line,
        item=item,
        packs=packs,
        new_packs=rule.packs_for(packs),
        answer_by=working_calendar().add(timezone.localdate(), answer_days()),
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name,
    )
    if offer.new_packs > item.maximum_quantity:
        raise Conflict(f"{offer.new_packs} of {item.name} are more than one order may have.")
    if order.substitutes == "ask":
        _ask(actor, order, offer)
    else:
        offer.beforehand = True
        carry_out(actor, order, offer)
    return offer


@service(SUBSTITUTE)
def withdraw_substitute(actor: Actor, order_reference: str, reference: str) -> Substitution:
    """Takes an offer back that nobody has answered; the line keeps waiting."""
    order = lock_order(actor, order_reference)
    offers = Substitution.objects.filter(line__order=order, reference=reference).select_related("line", "item")
    offer: Substitution | None = offers.first()
    if offer is None:
        raise NotFound
    apply(SUBSTITUTION, offer, "withdrawn", actor=actor)
    record(
        SUBSTITUTE_WITHDRAWN,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=offer.line.item_name,
        substitute=offer.item.name,
    )
    return offer


def carry_out(actor: Actor, order: Order, offer: Substitution) -> None:
    """Swaps, writes the offer as accepted, and tells the orderer. The order is locked."""
    line = offer.line
    new = swap_line(actor, order, line, offer.item, offer.new_packs)
    offer.state, offer.new_line = "accepted", new
    offer.save()
    record(
        SUBSTITUTE_SENT,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=line.item_name,
        packs=offer.packs,
        substitute=new.item_name,
        new_packs=new.quantity,
        promised_on=day(new.promised_on),
    )
    queue_emails(messages.substituted(order, offer))


def _ask(actor: Actor, order: Order, offer: Substitution) -> None:
    offer.save()
    record(
        SUBSTITUTE_ASKED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=offer.line.item_name,
        substitute=offer.item.name,
        answer_by=day(offer.answer_by),
    )
    queue_emails(messages.substitute_asked(order, offer))
