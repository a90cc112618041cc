"""What a person reads who orders for several sites at once. The work is bounded by the sites of one sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts.api import somebody_else_may
from portal.foundation.access import Actor
from portal.foundation.access.row_security import scope_of_site, system_scope
from portal.foundation.errors import NotFound
from portal.foundation.web.next_step import NextStep
from portal.supplies import ordering_selectors as ordering
from portal.supplies.catalogue_query import ListedItems, ShownItem
from portal.supplies.checkpoints import steps_beside
from portal.supplies.joint_sites import sites_of_person
from portal.supplies.models import BasketLine, JointOrder, Order
from portal.supplies.permissions import APPROVE_ORDER, VIEW_ORDERS


@dataclass(frozen=True, kw_only=True)
class SiteCheck:
    """One site's part of a joint order, as its own check page would show it."""

    actor: Actor
    rows: list[ordering.BasketRow]
    site: ordering.Site
    steps: dict[str, NextStep]
    approved_at_site: bool

    @property
    def needing_approval(self) -> list[str]:
        """The names of items that always need it."""
        return [row.item.name for row in self.rows if row.item.approval_required]


def items_for(sites: Iterable[Actor], *, words: str = "", category: str = "") -> list[ShownItem]:
    """What at least one of the sites may order, by category and name: a query for each contractor type."""
    one_of_each = {site.contractor_type: site for site in sites}
    found: dict[int, ShownItem] = {}
    for site in one_of_each.values():
        found |= {each.item.id: each for each in ListedItems(site, words=words, category=category)[:]}
    return sorted(found.values(), key=lambda each: (each.item.category, each.item.name, each.item.id))


def baskets_of(actor: Actor, sites: Iterable[Actor]) -> dict[str, dict[str, int]]:
    """Site code -> item code -> packs in the person's basket there; one query.

    The row scope is widened for this one read of the person's own lines, as for ``api.basket_size``.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    ids = [site.organisation_id for site in sites]
    with system_scope():
        lines = BasketLine.objects.filter(user_id=actor.user_id, organisation_id__in=ids)
        for site, item, packs in lines.values_list("organisation__code", "item__code", "quantity"):
            found[site][item] = packs
    return found


def checks_of(sites: Iterable[Actor]) -> list[SiteCheck]:
    """Each site with what is in the person's basket there; sites whose basket is empty are left out."""
    found = []
    for site in sites:
        with scope_of_site(site.organisation_id):
            if rows := ordering.basket_rows(site):
                found.append(_check_of(site, rows))
    return found


def _check_of(actor: Actor, rows: list[ordering.BasketRow]) -> SiteCheck:
    others = somebody_else_may(APPROVE_ORDER, organisation_id=actor.organisation_id or 0, besides=actor.user_id)
    return SiteCheck(
        actor=actor,
        rows=rows,
        site=ordering.site_of(actor),
        steps=steps_beside(actor, [row.item for row in rows]),
        approved_at_site=others,
    )


def joint_order(actor: Actor, reference: str) -> JointOrder:
    """A joint order that was placed from the actor's site or delivers to it. Raises NotFound."""
    found: JointOrder | None = JointOrder.objects.visible_to(actor).filter(reference=reference).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


def orders_of(actor: Actor, joint: JointOrder) -> list[Order]:
    """Its orders at the sites whose orders the reader may see by a live membership of their own, and at no other.

    The row scope is widened for this one read, which names exactly these sites.
    """
    sites = sites_of_person(actor, VIEW_ORDERS)
    with system_scope():
        orders = Order.objects.filter(joint=joint, organisation__code__in=list(sites))
        return list(orders.select_related("organisation").prefetch_related("lines").order_by("id"))
