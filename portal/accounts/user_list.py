"""The users of an organisation, as its Main Contact reads, filters and exports them (J12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, RoleGrant
from portal.accounts.policy import access_policy
from portal.foundation.access import Actor
from portal.foundation.access.roles import ROLES
from portal.foundation.errors import NotFound
from portal.foundation.web.filters import day

STATES = {"live": "Has access", "ending": "Has access, with an end", "invited": "Invited", "ended": "Ended"}
_COLOURS = {"live": "green", "ending": "yellow", "invited": "blue", "ended": "grey"}
_MOST = 500  # people of one organisation on one page; the largest practices have fewer


@dataclass(frozen=True, kw_only=True)
class UserRow:
    """One line of the list: a membership or an invitation that waits."""

    reference: str
    name: str
    email: str
    roles: str
    state: str
    note: str
    reviewed_on: date | None
    review_is_due: bool
    is_invitation: bool
    is_self: bool

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _COLOURS[self.state]


@dataclass(frozen=True)
class UserFilter:
    """What the reader asked for; '' asks for nothing."""

    q: str = ""
    state: str = ""
    role: str = ""


def users_of(actor: Actor, chosen: UserFilter = UserFilter()) -> list[UserRow]:
    """Everybody with access to the actor's organisation, invited to it, or with access until lately; three queries.

    Somebody who has access again is listed once, with the newest membership.
    """
    rows = [*_members(actor, chosen), *(_invited(actor, chosen) if chosen.state in ("", "invited") else [])]
    return sorted(
        (row for row in rows if chosen.state in ("", row.state)),
        key=lambda row: (list(STATES).index(row.state), row.name.lower()),
    )


def find_membership(actor: Actor, reference: str) -> Membership:
    """The membership at the actor's organisation. Raises NotFound outside it (R1)."""
    found = Membership.objects.managed_by(actor).select_related("user", "organisation").prefetch_related("grants")  # type: ignore[attr-defined]
    membership: Membership | None = found.filter(reference=reference).first()
    if membership is None:
        raise NotFound
    return membership


def due_for_review(actor: Actor) -> list[Membership]:
    """The live memberships of others at the actor's organisation, those longest unreviewed first; two queries."""
    live = Membership.objects.live().managed_by(actor).exclude(user_id=actor.user_id)  # type: ignore[attr-defined]
    return list(_with_roles(live).order_by("reviewed_on", "user__surname")[:_MOST])


def review_due_by() -> date:
    """Who was reviewed on this day or before is due."""
    return timezone.localdate() - timedelta(days=access_policy().review_days)


def role_labels(membership: Membership) -> str:
    """The roles held now, in words; needs the prefetch of ``_with_roles`` to cost no query."""
    return ", ".join(sorted(ROLES[grant.role].label for grant in membership.grants.all() if grant.ended_at is None))


def _members(actor: Actor, chosen: UserFilter) -> Iterable[UserRow]:
    found = Membership.objects.managed_by(actor).filter(user__is_active=True)  # type: ignore[attr-defined]
    for word in chosen.q.split()[:5]:
        found = found.filter(
            Q(user__forename__icontains=word) | Q(user__surname__icontains=word) | Q(user__email__icontains=word)
        )
    if chosen.role:
        found = found.filter(grants__role=chosen.role, grants__ended_at=None)
    newest: dict[int, Membership] = {}
    for membership in _with_roles(found).order_by("starts_on", "id")[:_MOST]:
        newest[membership.user_id] = membership
    return [_row(actor, membership) for membership in newest.values()]


def _with_roles(memberships):  # type: ignore[no-untyped-def]
    grants = RoleGrant.objects.order_by("role")
    return memberships.select_related("user", "organisation").prefetch_related(Prefetch("grants", grants))


def _row(actor: Actor, membership: Membership) -> UserRow:
    today = timezone.localdate()
    state, note = "live", ""
    if membership.ends_on is not None:
        state = "ending" if membership.ends_on >= today else "ended"
        note = f"until {day(membership.ends_on)}" if state == "ending" else ""
    return UserRow(
        reference=membership.reference,
        name=membership.user.name,
        email=membership.user.email,
        roles=role_labels(membership),
        state=state,
        note=note,
        reviewed_on=membership.reviewed_on,
        review_is_due=state != "ended" and membership.reviewed_on <= review_due_by(),
        is_invitation=False,
        is_self=membership.user_id == actor.user_id,
    )


def _invited(actor: Actor, chosen: UserFilter) -> Iterable[UserRow]:
    found = Invitation.objects.visible_to(actor).filter(state="waiting")  # type: ignore[attr-defined]
    for word in chosen.q.split()[:5]:
        found = found.filter(Q(forename__icontains=word) | Q(surname__icontains=word) | Q(email__icontains=word))
    if chosen.role:
        found = found.filter(roles__contains=[chosen.role])
    return [
        UserRow(
            reference=invitation.reference,
            name=invitation.name,
            email=invitation.email,
            roles=", ".join(ROLES[code].label for code in invitation.roles),
            state="invited",
            note="not answered in time" if invitation.is_over else "waits for an answer",
            reviewed_on=None,
            review_is_due=False,
            is_invitation=True,
            is_self=False,
        )
        for invitation in found.order_by("-id")[:_MOST]
    ]
