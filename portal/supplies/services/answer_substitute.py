"""The site answers an offer, or lets its day pass: then the line keeps waiting for what was ordered (J25)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound, Refused
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workflow import apply
from portal.supplies import substitution_messages as messages
from portal.supplies.events import SUBSTITUTE_DECLINED, SUBSTITUTE_LAPSED
from portal.supplies.models import Order, Substitution
from portal.supplies.permissions import PLACE_ORDER, SUBSTITUTE
from portal.supplies.services.lock_order import lock_order
from portal.supplies.services.offer_substitute import carry_out
from portal.supplies.services.swap_line import rule_for, waiting_packs
from portal.supplies.states import SUBSTITUTION


@service(PLACE_ORDER)
def answer_substitute(actor: Actor, order_reference: str, reference: str, *, accept: bool) -> Substitution:
    """Says yes or no to an offer.

    Raises Conflict when it was answered, its day has passed, the line does not wait any more or the stores have
    too few by now; Refused when the actor made the offer.
    """
    order, offer = _lock(actor, order_reference, reference)
    if actor.user_id is not None and actor.user_id == offer.proposed_by_id:
        raise Refused("You cannot answer this offer because you made it. Somebody else at the site has to.")
    _check_open(offer)
    offer.answered_by_id, offer.answered_by_name, offer.answered_at = actor.user_id, actor.name, timezone.now()
    if accept:
        _fit(offer)
        SUBSTITUTION.check(actor, offer.state, "accepted")
        carry_out(actor, order, offer)
        return offer
    SUBSTITUTION.check(actor, offer.state, "declined")
    offer.state = "declined"
    offer.save()
    record(
        SUBSTITUTE_DECLINED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=offer.line.item_name,
        substitute=offer.item.name,
    )
    return offer


@service(SUBSTITUTE)
def lapse_substitute(actor: Actor, order_reference: str, reference: str) -> bool:
    """Ends an offer whose day has passed, or whose line does not wait any more; False when it is still good."""
    order, offer = _lock(actor, order_reference, reference)
    if offer.state != "asked" or not (_is_over(offer) or offer.line.state != "back_ordered"):
        nothing_changed()
        return False
    apply(SUBSTITUTION, offer, "lapsed", actor=actor)
    record(
        SUBSTITUTE_LAPSED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        item=offer.line.item_name,
        substitute=offer.item.name,
    )
    if offer.line.state == "back_ordered":
        queue_emails(messages.substitute_lapsed(order, offer))
    return True


def substitutes_to_lapse() -> list[tuple[str, str]]:
    """(order, offer) of each offer that is over."""
    today = timezone.localdate()
    asked = Substitution.objects.filter(state="asked")
    over = asked.filter(answer_by__lt=today) | asked.exclude(line__state="back_ordered")
    return list(over.order_by("id").values_list("line__order__reference", "reference"))


def _check_open(offer: Substitution) -> None:
    if offer.state != "asked":
        raise Conflict(f"This offer is closed: {offer.state_label.lower()}.")
    if _is_over(offer):
        raise Conflict("The last day to answer has passed. The line keeps waiting for what you ordered.")


def _is_over(offer: Substitution) -> bool:
    return timezone.localdate() > offer.answer_by


def _fit(offer: Substitution) -> None:
    """A part of what was waited for may have come in since: only the rest is swapped. The rule may have ended."""
    packs = waiting_packs(offer.line)
    if packs < offer.packs and packs > 0:
        rule = rule_for(offer.line, offer.item)
        if rule is None:
            raise Conflict("A part has come in meanwhile, and this substitute is not offered any more.")
        offer.packs, offer.new_packs = packs, rule.packs_for(packs)


def _lock(actor: Actor, order_reference: str, reference: str) -> tuple[Order, Substitution]:
    order = lock_order(actor, order_reference)
    offer = (
        Substitution.objects.select_related("line__item", "item").filter(line__order=order, reference=reference).first()
    )
    if offer is None:
        raise NotFound
    return order, offer
