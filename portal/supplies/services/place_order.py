"""Placing an order: what is in the basket becomes one order, once, within every limit (J5, R3, R4)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone

from portal.accounts.api import emails_of
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.references import new_reference
from portal.foundation.workdays.calendar import working_calendar
from portal.organisations.models import Organisation
from portal.supplies import messages
from portal.supplies.allowance import limit_problem, obstacle, reason_problem, recently_ordered
from portal.supplies.checkpoints import ABOUT_TO_PLACE, PLACED
from portal.supplies.events import ORDER_PLACED
from portal.supplies.models import (
    ApprovalRoute,
    BasketLine,
    JointOrder,
    Order,
    OrderLine,
    Reservation,
    SuppliesAccount,
)
from portal.supplies.permissions import APPROVE_ORDER, ORDER_SECURE_ITEMS, PLACE_ORDER
from portal.supplies.promises import promised_date
from portal.supplies.services.reserve_stock import Taken, reserve_stock
from portal.supplies.services.take_basket import take_basket
from portal.supplies.states import OPEN_TO_PICKING, order_state

_LOCK_ACCOUNT = """
with account as (
    insert into supplies_suppliesaccount as existing (organisation_id, approval_required, updated_at)
    values (%s, false, now())
    on conflict (organisation_id) do update set approval_required = existing.approval_required
    returning organisation_id, approval_required, substitutes
)
select organisation.*, account.approval_required as site_approval, account.substitutes as site_substitutes
from account join organisations_organisation organisation on organisation.id = account.organisation_id
"""


@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """The command. ``seen`` is what the check page showed: item code -> packs; ``submission`` its token."""

    submission: uuid.UUID
    seen: dict[str, int]


@service(PLACE_ORDER)
def place_order(actor: Actor, command: PlaceOrder) -> Order:
    """Places the actor's basket at the actor's organisation as one order and returns it.

    The same submission again returns the order it made. Raises Conflict when the basket is not what
    was checked, InvalidInput (by item code) when a limit or allowance is passed, Refused when the site
    is not open or a secure item is not allowed, FreshSecondFactorNeeded for secure items. When it raises,
    the basket stays as it was.

    At most 12 queries in a request, whatever the number of lines (tests/benchmarks): the site's account is the
    lock that keeps two orders of one site apart, so that allowances hold (races: test_allowance).
    """
    account = lock_account(actor)
    basket = take_basket(actor)
    if {line.item.code: line.quantity for line in basket} != command.seen or not basket:
        return _earlier_order(actor, command, basket)
    return place_chosen(actor, account, basket, command.submission)


def place_chosen(actor: Actor, account: SuppliesAccount, basket: list[BasketLine], submission: uuid.UUID) -> Order:
    """Makes one order of the lines within every rule; the caller's service holds the lock of ``account``.

    Of a basket, or of a standing order on its date. Raises what ``place_order`` raises, and Conflict when the
    submission has made an order already.
    """
    return write_checked(check_chosen(actor, account, basket), submission)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Lines of one site that may be ordered as they are. No stock is locked yet."""

    actor: Actor
    organisation: Organisation
    basket: list[BasketLine]
    route: str
    approvers: list[str]
    now: datetime
    substitutes: str


def check_chosen(actor: Actor, account: SuppliesAccount, basket: list[BasketLine]) -> Checked:
    """Every rule there is, and every lock that comes before that of stock. Raises what ``place_order`` raises."""
    _check_site(account.organisation)
    _check_secure(actor, basket)
    now = timezone.now()
    _check_lines(actor, account, basket, now)
    route, approvers = _approval_route(actor, account, basket)
    for has_a_say in ABOUT_TO_PLACE:
        has_a_say(actor, [line.item for line in basket])
    return Checked(
        actor=actor,
        organisation=account.organisation,
        basket=basket,
        route=route,
        approvers=approvers,
        now=now,
        substitutes=account.substitutes,
    )


def write_checked(checked: Checked, submission: uuid.UUID, joint: JointOrder | None = None) -> Order:
    """The order with its lines, reservations, event and e-mails. Raises Conflict when the submission made one."""
    actor, basket = checked.actor, checked.basket
    order, lines = _write_order(checked, submission, joint)
    for has_its_say in PLACED:
        has_its_say(actor, order, lines)
    record(
        ORDER_PLACED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        lines=len(basket),
        route=checked.route,
    )
    queue_emails(messages.order_placed(order, approvers=checked.approvers))
    return order


def lock_account(actor: Actor) -> SuppliesAccount:
    """The site's ordering rules with its organisation, locked; made on its first order. One query.

    Writing the row over itself is what locks it, whether it was there before or not.
    """
    organisation = Organisation.objects.raw(_LOCK_ACCOUNT, [actor.organisation_id])[0]
    return SuppliesAccount(
        organisation=organisation,
        approval_required=organisation.site_approval,  # type: ignore[attr-defined]
        substitutes=organisation.site_substitutes,  # type: ignore[attr-defined]
    )


def _earlier_order(actor: Actor, command: PlaceOrder, basket: list[BasketLine]) -> Order:
    order = Order.objects.visible_to(actor).filter(submission=command.submission).first()
    if order is not None:
        BasketLine.objects.bulk_create(basket)  # chosen since then: it stays in the basket
        nothing_changed()
        return order  # type: ignore[no-any-return]
    if not basket:
        raise Conflict("Your basket is empty, so there is nothing to order. You may have ordered it in another tab.")
    raise Conflict("Your basket changed while you were checking it. Check it again before you order.")


def _check_site(organisation: Organisation) -> None:
    if not organisation.accepts_orders:
        raise Refused(f"You cannot order for {organisation.name} because it is not an open site.")


def _check_secure(actor: Actor, basket: list[BasketLine]) -> None:
    if any(line.item.is_secure for line in basket):
        actor.require(ORDER_SECURE_ITEMS)
        actor.require_fresh_second_factor()


def _check_lines(actor: Actor, account: SuppliesAccount, basket: list[BasketLine], now: datetime) -> None:
    ordered = recently_ordered(account.organisation_id, [line.item for line in basket], now)
    problems: dict[str | None, str] = {
        line.item.code: problem
        for line in basket
        if (
            problem := obstacle(actor, line.item)
            or limit_problem(line.item, line.quantity, ordered.get(line.item_id, 0))
            or reason_problem(line.item, line.quantity, line.reason)
        )
    }
    if problems:
        raise InvalidInput(problems)


def _approval_route(actor: Actor, account: SuppliesAccount, basket: list[BasketLine]) -> tuple[str, list[str]]:
    """Who decides, and the e-mail addresses of those who may at the site; never the orderer (J5)."""
    if not account.approval_required and not any(line.item.approval_required for line in basket):
        return ApprovalRoute.NONE, []
    approvers = emails_of(APPROVE_ORDER, organisation_id=account.organisation_id, besides=actor.user_id)
    return (ApprovalRoute.SITE if approvers else ApprovalRoute.OPERATOR), approvers


def _write_order(checked: Checked, submission: uuid.UUID, joint: JointOrder | None) -> tuple[Order, list[OrderLine]]:
    actor, organisation, basket = checked.actor, checked.organisation, checked.basket
    taken = reserve_stock({line.item_id: line.quantity for line in basket})
    lines = _make_lines(basket, taken, checked.route, checked.now)
    promised = [line.promised_on for line in lines]
    state = order_state({line.state for line in lines})
    order = Order(
        reference=new_reference("SO"),
        organisation=organisation,
        submission=submission,
        state=state,
        pick_store_id=_pick_store(taken) if state in OPEN_TO_PICKING else None,
        joint=joint,
        placed_at=checked.now,
        placed_by_id=actor.user_id,
        placed_by_name=actor.name,
        placed_by_email=actor.email,
        delivery_name=organisation.name,
        delivery_lines=organisation.address_lines,
        delivery_postcode=organisation.postcode,
        approval_route=checked.route,
        substitutes=checked.substitutes,
        promised_on=None if None in promised else max(each for each in promised if each),
    )
    try:
        order.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This order has already been placed. You can see it under Your orders.") from error
    for line in lines:
        line.order = order
        line.organisation = organisation
    OrderLine.objects.bulk_create(lines)
    line_by_item = {line.item_id: line for line in lines}
    Reservation.objects.bulk_create(
        Reservation(line=line_by_item[each.item_id], level_id=each.level_id, quantity=each.quantity)
        for each in taken
        if each.quantity
    )
    return order, lines


def _pick_store(taken: list[Taken]) -> int | None:
    """As ``derive_state`` finds it, of what was put aside a moment ago."""
    stores = [(each.priority, each.store_id) for each in taken if each.quantity]
    return min(stores)[1] if stores else None


def _make_lines(basket: list[BasketLine], taken: list[Taken], route: str, now: datetime) -> list[OrderLine]:
    calendar = working_calendar()
    by_item: dict[int, list[Taken]] = defaultdict(list)
    for each in taken:
        by_item[each.item_id].append(each)
    lines = []
    for position, chosen in enumerate(basket, start=1):
        given = by_item[chosen.item_id]
        in_stock = sum(each.quantity for each in given) >= chosen.quantity
        lines.append(
            OrderLine(
                item=chosen.item,
                position=position,
                item_code=chosen.item.code,
                item_name=chosen.item.name,
                unit=chosen.item.unit,
                pack_size=chosen.item.pack_size,
                state=_first_state(route, in_stock),
                quantity=chosen.quantity,
                reason=chosen.reason,
                promised_on=promised_date(
                    calendar,
                    now=now,
                    lead_time=chosen.item.lead_time,
                    in_stock=in_stock,
                    expected_on=min((each.expected_on for each in given if each.expected_on), default=None),
                ),
                placed_at=now,
            )
        )
    return lines


def _first_state(route: str, in_stock: bool) -> str:
    if route != ApprovalRoute.NONE:
        return "awaiting_approval"
    return "accepted" if in_stock else "back_ordered"
