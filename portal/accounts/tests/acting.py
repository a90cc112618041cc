"""Actors of members, as a request would build them: for tests of services."""

from __future__ import annotations

from portal.accounts.actors import actor_of_member
from portal.accounts.models import Membership
from portal.accounts.services.grant_membership import Person
from portal.foundation.access import Actor


def acting(membership: Membership) -> Actor:
    """The actor this member is at their organisation now."""
    actor = actor_of_member(membership.user_id, membership.organisation.code)
    assert actor is not None, "the membership gives no access"
    return actor


def somebody(email: str = "new.person@example.org", **details: str) -> Person:
    """A person to invite."""
    return Person(**{"email": email, "forename": "New", "surname": "Person", "telephone": "01632 960 001", **details})
