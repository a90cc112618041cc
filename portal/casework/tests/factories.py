"""Cases for tests, opened by the service that opens real ones."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.casework.services.open_case import OpenCase, open_case
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.organisations.tests.factories import OperatorFactory


def reporter(membership: Membership | None = None, *roles: str) -> Actor:
    """The actor of a member of a practice; a new clerk of a new one by default."""
    held = list(roles or ("supplies_order_clerk",))
    where = membership or MembershipFactory(roles=held)
    return Actor(
        name=where.user.name,
        email=where.user.email,
        audience="contractor",
        user_id=where.user_id,
        organisation_id=where.organisation_id,
        organisation_code=where.organisation.code,
        organisation_name=where.organisation.name,
        permissions=permissions_of(held),
    )


def agent(*roles: str, name: str = "Sam Agent", user_id: int = 900_010) -> Actor:
    """A member of the operator's staff; a support agent by default."""
    return Actor(
        name=name,
        audience="staff",
        user_id=user_id,
        permissions=permissions_of(list(roles or ("support_agent",))),
        roles=frozenset(roles or ("support_agent",)),
    )


def staff_member(*roles: str) -> Membership:
    """A membership at the operator, for a client that signs in."""
    member: Membership = MembershipFactory(organisation=OperatorFactory(), roles=list(roles or ("support_agent",)))
    return member


def opened(actor: Actor | None = None, **details: Any) -> Case:
    """A case in the queue."""
    values = {
        "kind": "short",
        "subject": "Something is missing",
        "details": "One box.",
        "about_type": "order",
        "about_reference": "SO-TEST-0001",
    }
    return open_case(actor or reporter(), OpenCase(**{**values, **details}))
