"""Who is acting, for whom, and what they may do: built once per request, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.conf import settings

from portal.foundation.access.permissions import Permission
from portal.foundation.errors import FreshSecondFactorNeeded, Refused

Audience = Literal["contractor", "staff", "member", "commissioner", "requester", "machine", "system", "public"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person (or a named machine) at one organisation, with the permissions of a live membership.

    ``user_id`` is None for the system and the public; ``organisation_id`` is None where no
    organisation has been chosen. ``roles`` are the codes of the roles held there; ``withheld`` maps the
    code of a permission that a role would give to the sentence why it cannot be used now (trust 2.5).
    ``second_factor_at`` is when a second factor was last given (UTC). ``case_reference`` or
    ``draft_reference`` is the one thing that a ``requester`` (without account) has a link to.
    """

    name: str
    audience: Audience
    user_id: int | None = None
    email: str = ""
    organisation_id: int | None = None
    organisation_code: str = ""
    organisation_name: str = ""
    contractor_type: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    withheld: Mapping[str, str] = field(default_factory=dict)
    second_factor_at: datetime | None = None
    case_reference: str = ""
    draft_reference: str = ""

    def can(self, permission: Permission) -> bool:
        """Whether the actor holds the permission: for buttons and links."""
        return permission.code in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises Refused, with the reason in a sentence, when the permission is not held."""
        if reason := self.withheld.get(permission.code):
            raise Refused(reason)
        if not self.can(permission):
            where = f" at {self.organisation_name}" if self.organisation_name else ""
            raise Refused(f"Your role{where} does not let you {permission.sentence}.")

    def also(self, *permissions: Permission) -> Actor:
        """The same actor with these permissions besides: for one service that does its work by another's."""
        return replace(self, permissions=self.permissions | {each.code for each in permissions})

    def has_fresh_second_factor(self, now: datetime | None = None) -> bool:
        """Whether a second factor was given within SECOND_FACTOR_FRESH_FOR."""
        if self.second_factor_at is None:
            return False
        fresh_for: timedelta = settings.SECOND_FACTOR_FRESH_FOR
        return (now or datetime.now(UTC)) - self.second_factor_at <= fresh_for

    def require_fresh_second_factor(self) -> None:
        """Raises FreshSecondFactorNeeded unless a second factor was given just now (mission: secure items)."""
        if self.audience != "system" and not self.has_fresh_second_factor():
            raise FreshSecondFactorNeeded


def system_actor(name: str, *permissions: Permission) -> Actor:
    """The portal itself (a command, the worker, a test), allowed exactly what is named."""
    return Actor(name=name, audience="system", permissions=frozenset(each.code for each in permissions))


PUBLIC = Actor(name="Somebody not signed in", audience="public")
