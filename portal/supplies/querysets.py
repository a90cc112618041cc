"""What an actor may see of each table. Views start from ``visible_to``; nothing else is in their reach."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from portal.foundation.access import Actor

if TYPE_CHECKING:
    from portal.supplies.models import Consignment, FavouriteList, Order, StandingOrder


class TenantQuerySet(models.QuerySet[Any]):
    """Rows that belong to an organisation."""

    def visible_to(self, actor: Actor) -> Self:
        """A contractor's own rows; every row for staff and the system; none for anybody else (R1)."""
        if actor.audience in ("staff", "system"):
            return self.all()
        if actor.audience == "contractor":
            return self.filter(organisation_id=actor.organisation_id)
        return self.none()


class OrderQuerySet(TenantQuerySet):
    """Orders."""

    if TYPE_CHECKING:

        def get(self, *args: Any, **kwargs: Any) -> Order: ...

    def search(self, text: str) -> Self:
        """Orders whose reference, or joint one, starts with the text, or with a line whose item contains it."""
        words = text.strip()
        if not words:
            return self
        by_line = Q(lines__item_code__istartswith=words) | Q(lines__item_name__icontains=words)
        by_joint = Q(joint__reference__istartswith=words)
        return self.filter(Q(reference__istartswith=words) | by_joint | Q(id__in=self.filter(by_line).values("id")))


class JointOrderQuerySet(models.QuerySet[Any]):
    """Orders for several sites."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that were placed from the actor's site, or of which it gets a delivery (R1)."""
        if actor.audience in ("staff", "system"):
            return self.all()
        if actor.audience == "contractor":
            own = Q(orders__organisation_id=actor.organisation_id) | Q(organisation_id=actor.organisation_id)
            return self.filter(own).distinct()
        return self.none()


class ConsignmentQuerySet(TenantQuerySet):
    """Consignments."""

    if TYPE_CHECKING:

        def get(self, *args: Any, **kwargs: Any) -> Consignment: ...


class FavouriteListQuerySet(TenantQuerySet):
    """Favourite lists."""

    if TYPE_CHECKING:

        def get(self, *args: Any, **kwargs: Any) -> FavouriteList: ...


class StandingOrderQuerySet(TenantQuerySet):
    """Standing orders."""

    if TYPE_CHECKING:

        def get(self, *args: Any, **kwargs: Any) -> StandingOrder: ...


class SiteUsageQuerySet(TenantQuerySet):
    """What sites used."""


class NeedAnswerQuerySet(TenantQuerySet):
    """What sites said about what they will need."""

    def not_over(self, today: date) -> Self:
        """Those that still hide their item."""
        return self.filter(Q(quiet_until=None) | Q(quiet_until__gte=today))


class SubstitutionQuerySet(TenantQuerySet):
    """Offers of something else."""


class BasketLineQuerySet(models.QuerySet[Any]):
    """Basket lines: one person's, at one organisation."""

    def visible_to(self, actor: Actor) -> Self:
        """The actor's own basket at the organisation of the page."""
        return self.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)


class CatalogueItemQuerySet(models.QuerySet[Any]):
    """Catalogue items."""

    def visible_to(self, actor: Actor) -> Self:
        """What this contractor type may order; everything for staff."""
        if actor.audience in ("staff", "system"):
            return self.all()
        return self.filter(contractor_types__contains=[actor.contractor_type])

    def valid_on(self, day: date) -> Self:
        """Items that may be ordered on that day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def search(self, text: str) -> Self:
        """Items whose code, name or description contains the text."""
        words = text.strip()
        if not words:
            return self
        return self.filter(Q(code__icontains=words) | Q(name__icontains=words) | Q(description__icontains=words))
