"""Reads of the directory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Q, Value, When

from portal.organisations.kinds import KINDS

if TYPE_CHECKING:
    from portal.foundation.access import Actor
    from portal.organisations.models.organisation import Organisation  # noqa: F401  named in a string below

_ORDERING_KINDS = [kind.code for kind in KINDS.values() if kind.may_order]
_LONGEST_SEARCH = 100


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations. The directory is public; what is restricted is who may browse it."""

    def visible_to(self, actor: Actor) -> OrganisationQuerySet:
        """All of them for staff and the system; for everybody else the organisation they act for (R1)."""
        if actor.audience in {"staff", "system"}:
            return self
        return self.filter(id=actor.organisation_id) if actor.organisation_id is not None else self.none()

    def active(self) -> OrganisationQuerySet:
        """Status active: not closed, dormant or proposed."""
        return self.filter(status="active")

    def may_order(self) -> OrganisationQuerySet:
        """Active and of a kind that orders supplies (``Organisation.accepts_orders`` also looks at dates)."""
        return self.active().filter(kind__in=_ORDERING_KINDS)

    def search(self, text: str) -> OrganisationQuerySet:
        """Organisations whose code, postcode, other number or name matches; the best first. One query.

        Every word must occur in the name. A dental location id with the extra nought that NHSBSA writes
        (V012345) also finds the code without it (FINDINGS 2). A blank text finds everything, by code.
        """
        text = text.replace("\x00", " ")[:_LONGEST_SEARCH]
        words = text.split()
        if not words:
            return self.order_by("code")
        compact = re.sub(r"[^0-9A-Za-z]", "", text).upper()
        codes = [compact, *([f"V{compact[2:]}"] if re.fullmatch(r"V0\d{5}", compact) else [])]
        by_code = Q(code__in=codes)
        from portal.organisations.models.identifier import OrganisationIdentifier  # it imports this module's user

        numbers = OrganisationIdentifier.objects.filter(value__in=[*codes, " ".join(words)])
        matches = by_code | Q(id__in=numbers.values("organisation"))
        if compact:
            matches |= Q(code__startswith=compact)
        if len(compact) >= 3:
            matches |= Q(postcode__startswith=_as_postcode(compact)) | Q(postcode__startswith=" ".join(words).upper())
        by_name = Q()
        for word in words:
            by_name &= Q(name__icontains=word)
        return (
            self.filter(matches | by_name)
            .annotate(rank=Case(When(by_code, then=Value(0)), When(matches, then=Value(1)), default=Value(2)))
            .order_by("rank", "name", "code")
        )


def _as_postcode(compact: str) -> str:
    """``SK116JL`` as ``SK11 6JL``; anything shorter than a whole postcode stays as it is."""
    return (
        f"{compact[:-3]} {compact[-3:]}" if re.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}", compact) else compact
    )
