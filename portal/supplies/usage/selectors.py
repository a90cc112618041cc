"""A site's own use beside that of similar sites; two queries."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor
from portal.supplies.models import CatalogueItem, SiteUsage, UsageNorm
from portal.supplies.permissions import VIEW_ORDERS
from portal.supplies.usage.settings import usage_settings


@dataclass(frozen=True, kw_only=True)
class ComparedUse:
    """One item. ``norm`` is None where too few OTHER sites ordered it; ``others`` is how many did."""

    item: CatalogueItem
    packs: int
    rate: float
    by_patients: bool
    norm: UsageNorm | None
    others: int


def compared_use(actor: Actor) -> list[ComparedUse]:
    """Every item that arrived at the site in the last year, by category and name."""
    actor.require(VIEW_ORDERS)
    own = list(
        SiteUsage.objects.visible_to(actor)  # type: ignore[attr-defined]
        .select_related("item")
        .order_by("item__category", "item__name", "id")
    )
    norms = _norms_for(own)
    return [_compared(each, norms.get((each.item_id, each.contractor_type, each.band))) for each in own]


def _norms_for(own: list[SiteUsage]) -> dict[tuple[int, str, int | None], UsageNorm]:
    rows = UsageNorm.objects.filter(item_id__in=[each.item_id for each in own])
    return {(each.item_id, each.contractor_type, each.band): each for each in rows}


def _compared(own: SiteUsage, norm: UsageNorm | None) -> ComparedUse:
    """The site itself is among those of the norm, so one fewer are others."""
    others = 0 if norm is None else norm.sites - 1
    enough = norm is not None and others >= usage_settings().fewest_others
    return ComparedUse(
        item=own.item,
        packs=own.packs,
        rate=own.rate,
        by_patients=own.band is not None,
        norm=norm if enough else None,
        others=others if enough else 0,
    )


def band_of(actor: Actor) -> int | None:
    """The size of the site by which it is compared; None where it is not known."""
    row = SiteUsage.objects.visible_to(actor).first()  # type: ignore[attr-defined]
    return row.band if row else None
