"""Memberships as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import Membership
from portal.foundation.access.roles import ROLES
from portal.organisations.models import Organisation


@dataclass(frozen=True)
class Choice:
    """One entry of the drop-down: where it leads and how it reads."""

    code: str
    name: str
    label: str
    home: str
    basket: str


def choices_of(memberships: Iterable[Membership]) -> list[Choice]:
    """The drop-down's entries: name, code and address of each organisation (J4)."""
    choices = []
    for membership in memberships:
        where = membership.organisation
        orders = where.kind not in _HOMES
        choices.append(
            Choice(
                code=where.code,
                name=where.name,
                label=label_of(where),
                home=home_of(where),
                basket=reverse("supplies:basket", kwargs={"code": where.code}) if orders else "",
            )
        )
    return choices


# Where those begin who are no contractors.
_HOMES = {"operator": "staff:home", "commissioner": "commissioner:requests"}


def home_of(organisation: Organisation) -> str:
    """The address of the first page of somebody who acts for this organisation."""
    name = _HOMES.get(organisation.kind, "contractor:home")
    return reverse(name, kwargs=None if organisation.kind == "operator" else {"code": organisation.code})


def label_of(organisation: Organisation) -> str:
    """Name, code and address in one line, as the drop-down shows a site."""
    return ", ".join([f"{organisation.name} ({organisation.code})", *organisation.address])


def roles_held(memberships: Iterable[Membership]) -> list[tuple[str, str]]:
    """(organisation, roles) of each membership."""
    return [
        (
            f"{each.organisation.name} ({each.organisation.code})",
            ", ".join(sorted(ROLES[grant.role].label for grant in each.grants.all() if grant.ended_at is None)),
        )
        for each in memberships
    ]
