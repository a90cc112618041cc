"""Reads of accounts that services, messages and other apps share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch

from portal.accounts.models import Invitation, Membership, RoleGrant, SecureQuarantine, User
from portal.accounts.permissions import MANAGE_USERS
from portal.accounts.querysets import MembershipQuerySet
from portal.foundation.access import Permission
from portal.foundation.access.roles import role_codes_allowing


def emails_of(permission: Permission, *, organisation_id: int, besides: int | None = None) -> list[str]:
    """E-mail addresses of the people at the organisation who hold the permission today; one query."""
    people = _holders(permission, organisation_id, besides)
    return list(people.order_by("user__email").values_list("user__email", flat=True).distinct())


def somebody_else_may(permission: Permission, *, organisation_id: int, besides: int | None) -> bool:
    """Whether anybody but ``besides`` holds the permission at the organisation today; one query."""
    return _holders(permission, organisation_id, besides).exists()


def _holders(permission: Permission, organisation_id: int, besides: int | None) -> MembershipQuerySet:
    people: MembershipQuerySet = Membership.objects.live()  # type: ignore[attr-defined]
    return people.filter(
        organisation_id=organisation_id,
        grants__ended_at=None,
        grants__role__in=role_codes_allowing(permission.code),
    ).exclude(user_id=besides)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who holds a permission today; ``reference`` is that of the membership, ``roles`` are all held there."""

    reference: str
    user_id: int
    name: str
    email: str
    roles: frozenset[str]


def holders_of(permission: Permission, *, organisation_code: str) -> list[Holder]:
    """The people who hold the permission at the organisation today, by name; two queries."""
    people = Membership.objects.live().filter(organisation__code=organisation_code)  # type: ignore[attr-defined]
    held = Prefetch("grants", queryset=RoleGrant.objects.filter(ended_at=None), to_attr="held")
    named = people.select_related("user").prefetch_related(held).order_by("user__forename", "user__surname", "id")
    allowing = set(role_codes_allowing(permission.code))
    found = [(each, frozenset(grant.role for grant in each.held)) for each in named]
    return [
        Holder(reference=each.reference, user_id=each.user_id, name=each.user.name, email=each.user.email, roles=roles)
        for each, roles in found
        if roles & allowing
    ]


def password_link(user: User) -> str:
    """A link with which the person sets a password: valid once, for as long as PASSWORD_RESET_TIMEOUT."""
    return f"{settings.ENVIRONMENT.base_url}{password_path(user)}"


def password_path(user: User) -> str:
    """The same as a path, for a redirect: a form may lead only to the host that it is on (the pages' CSP)."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/account/password/reset/key/{key}/"


def is_main_contact(user_id: int | None, *, organisation_id: int) -> bool:
    """Whether the person is the organisation's Main Contact today; one query."""
    people: MembershipQuerySet = Membership.objects.live()  # type: ignore[attr-defined]
    held = people.filter(organisation_id=organisation_id, user_id=user_id, grants__ended_at=None)
    return held.filter(grants__role="main_contact").exists()


def is_member(user_id: int | None, *, organisation_id: int) -> bool:
    """Whether the person has a live membership at the organisation today; one query."""
    people: MembershipQuerySet = Membership.objects.live()  # type: ignore[attr-defined]
    return people.filter(organisation_id=organisation_id, user_id=user_id).exists()


def managers_of(organisation_id: int) -> list[User]:
    """Who manages the organisation's users today: its Main Contact and deputies, by name; one query."""
    managing = _holders(MANAGE_USERS, organisation_id, None)
    return list(User.objects.filter(memberships__in=managing).order_by("surname", "forename", "id").distinct())


def main_contact_of(organisation_id: int) -> User | None:
    """The organisation's Main Contact today; None where there is none. One query."""
    held = Membership.objects.live().filter(  # type: ignore[attr-defined]
        organisation_id=organisation_id, grants__ended_at=None, grants__role="main_contact"
    )
    return User.objects.filter(memberships__in=held).first()


def appointment_of(case_reference: str, organisation_code: str) -> Invitation | None:
    """The newest invitation to become Main Contact there that a case led to; one query."""
    found = Invitation.objects.filter(case_reference=case_reference, organisation__code=organisation_code)
    newest: Invitation | None = found.order_by("-id").first()
    return newest


def organisations_with_people() -> set[int]:
    """The ids of all organisations where somebody has access today; one query."""
    people: MembershipQuerySet = Membership.objects.live()  # type: ignore[attr-defined]
    return set(people.values_list("organisation_id", flat=True).distinct())


def guarded_changes_since(organisation_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """Changes a thief could have brought about: a new address, a new Main Contact; what and when, oldest first.

    Each of them stopped secure orders for some days (trust 2.5); callers look longer than those days.
    """
    rows = SecureQuarantine.objects.filter(organisation_id=organisation_id, starts_at__gt=since).order_by("starts_at")
    return list(rows.values_list("because", "starts_at"))
