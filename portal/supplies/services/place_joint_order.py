"""One order for several sites: each gets an order of its own, all in one transaction and once (issue 5, R3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import scope_of_site
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.foundation.references import new_reference
from portal.supplies.events import JOINT_ORDERED
from portal.supplies.joint_sites import MOST_SITES, sites_to_order_for
from portal.supplies.models import JointOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.place_order import Checked, check_chosen, lock_account, write_checked
from portal.supplies.services.take_basket import take_basket

_SUBMISSIONS = uuid.UUID("9a54d8a2-63b4-4c07-9f0e-0b7f5a0c6b1d")  # ours: a site's submission is the same each time
FEWEST_SITES = 2


@dataclass(frozen=True, kw_only=True)
class PlaceJointOrder:
    """The command. ``seen``: site code -> item code -> packs, as the check page showed; ``reasons`` likewise."""

    submission: uuid.UUID
    seen: dict[str, dict[str, int]]
    reasons: dict[str, dict[str, str]] = field(default_factory=dict)


@service(PLACE_ORDER)
def place_joint_order(actor: Actor, command: PlaceJointOrder) -> JointOrder:
    """Places the person's baskets at these sites, each as one order of its site, all of them or none.

    The same submission again returns what it made. Each site is ordered for by the person's own membership there,
    within its own rules, allowances and approval. Raises NotFound for a site that is not theirs, Refused without the
    right to order there, Conflict when a basket is not what was checked, FreshSecondFactorNeeded for secure items,
    InvalidInput with every problem of every site: keys are ``SITE`` or ``SITE:ITEM``.

    Locks: the submission, the sites' accounts by id, what apps above lock, then all shelves by id (ADR 6).
    """
    joint = _claim(actor, command)
    if joint is None:
        nothing_changed()
        return _earlier(actor, command)
    checked = _check_all(actor, command)
    lock_levels(sorted({line.item_id for each in checked for line in each.basket}))
    orders = []
    for each in checked:
        with scope_of_site(each.actor.organisation_id):
            orders.append(write_checked(each, submission_at(command.submission, each.actor), joint))
    record(
        JOINT_ORDERED,
        actor=actor,
        subject=joint,
        organisation_id=actor.organisation_id,
        deliveries=len(orders),
        orders=[order.reference for order in orders],
    )
    return joint


def submission_at(submission: uuid.UUID, site: Actor) -> uuid.UUID:
    """The submission of a site's own order: always the same, so that the database knows only one."""
    return uuid.uuid5(_SUBMISSIONS, f"{submission}:{site.organisation_code}")


def _claim(actor: Actor, command: PlaceJointOrder) -> JointOrder | None:
    """The new joint order, or None when its submission has made one. Whoever comes second waits here for the first."""
    if len(command.seen) < FEWEST_SITES:
        raise Conflict("Only one site has something to order. Order it from that site's basket.")
    if len(command.seen) > MOST_SITES:
        raise Conflict(f"You can order for up to {MOST_SITES} sites at once. Leave some out, and order for them next.")
    if actor.user_id is None:
        raise Refused("Only a person can order for several sites.")
    joint = JointOrder(
        reference=new_reference("SJ"),
        organisation_id=actor.organisation_id,
        submission=command.submission,
        deliveries=len(command.seen),
        placed_by_id=actor.user_id,
        placed_by_name=actor.name,
    )
    JointOrder.objects.bulk_create([joint], ignore_conflicts=True)
    return JointOrder.objects.filter(reference=joint.reference).first()


def _earlier(actor: Actor, command: PlaceJointOrder) -> JointOrder:
    found: JointOrder | None = (
        JointOrder.objects.visible_to(actor)  # type: ignore[attr-defined]
        .filter(submission=command.submission, placed_by_id=actor.user_id)
        .first()
    )
    if found is None:
        raise Conflict("This order has already been placed. You can see it under Your orders.")
    return found


def _check_all(actor: Actor, command: PlaceJointOrder) -> list[Checked]:
    checked: list[Checked] = []
    problems: dict[str | None, str] = {}
    for site in sites_to_order_for(actor, command.seen):
        code = site.organisation_code
        with scope_of_site(site.organisation_id):
            try:
                checked.append(_check_site(site, command.seen[code], command.reasons.get(code, {})))
            except Refused as error:
                problems[code] = error.sentence
            except InvalidInput as error:
                problems |= {f"{code}:{item}": sentence for item, sentence in error.errors.items()}
    if problems:
        raise InvalidInput(problems)
    return checked


def _check_site(site: Actor, seen: dict[str, int], reasons: dict[str, str]) -> Checked:
    account = lock_account(site)
    basket = take_basket(site)
    if {line.item.code: line.quantity for line in basket} != seen or not basket:
        raise Conflict(
            f"The basket of {site.organisation_name} changed while you were checking it."
            " Check it again before you order."
        )
    for line in basket:
        line.reason = reasons.get(line.item.code, line.reason).strip()
    return check_chosen(site, account, basket)
