"""Who may give, change or take whose access: one place for the rules (J12, F10, F11; trust 2.4-2.5)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.accounts.models import Membership
from portal.foundation.access import Actor
from portal.foundation.access.roles import GUARDED, ROLES, may_grant
from portal.foundation.errors import Refused
from portal.organisations.models import Organisation


def grantable_roles(actor: Actor, organisation: Organisation) -> list[str]:
    """The codes of the roles that the actor may give at the organisation, in the order of the table."""
    return [
        code
        for code, role in ROLES.items()
        if where_held(organisation) in role.held_at and may_grant(actor.roles, code) and not _why_not_now(actor, code)
    ]


def where_held(organisation: Organisation) -> str:
    """What ``Role.held_at`` calls this kind of organisation: its contractor type, ``operator`` or ``commissioner``."""
    return organisation.contractor_type or organisation.kind


def check_may_grant(actor: Actor, roles: Iterable[str]) -> None:
    """Raises Refused unless the actor may give and take every one of the roles.

    A role that opens the way to numbered forms can be given only by somebody who may order them now: otherwise
    a quarantine would be walked around through a colleague.
    """
    for code in roles:
        label = ROLES[code].label if code in ROLES else code
        if not may_grant(actor.roles, code):
            raise Refused(f"You cannot give or take the role {label} at {actor.organisation_name}.")
        if reason := _why_not_now(actor, code):
            raise Refused(reason)


def check_may_change(actor: Actor, membership: Membership, held: Iterable[str]) -> None:
    """Raises Refused when the membership is the actor's own, or holds a role that the actor may not take."""
    if sentence := why_not_change(actor, membership, held):
        raise Refused(sentence)


def why_not_change(actor: Actor, membership: Membership, held: Iterable[str]) -> str:
    """Why the actor may not change the membership that holds these roles; empty when they may."""
    if membership.user_id == actor.user_id:
        return "You cannot change your own access. Ask a colleague who manages users, or contact us."
    for code in held:
        if not may_grant(actor.roles, code):
            label = ROLES[code].label if code in ROLES else code
            return f"{membership.user.name} is {label}, so you cannot change their access."
    return ""


def _why_not_now(actor: Actor, role_code: str) -> str:
    guarded = GUARDED & ROLES[role_code].allows
    for code in guarded - actor.permissions:
        return actor.withheld.get(code, "You can give this role only while you may order numbered forms yourself.")
    return ""
