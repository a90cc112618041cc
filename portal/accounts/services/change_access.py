"""Changing what somebody has at one's own organisation: roles, an end, a new beginning, a review (J12, F6)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.accounts.events import (
    END_DATE_SET,
    MEMBERSHIP_REACTIVATED,
    MEMBERSHIP_REVIEWED,
    ROLES_CHANGED,
)
from portal.accounts.granting import check_may_change, check_may_grant, where_held
from portal.accounts.models import Membership, RoleGrant
from portal.accounts.permissions import GRANT_MEMBERSHIP, MANAGE_USERS
from portal.accounts.services.grant_membership import GrantMembership, Person, end_membership, grant_membership
from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.roles import ROLES
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.models import Organisation


@service(MANAGE_USERS)
def change_roles(actor: Actor, reference: str, roles: list[str]) -> Membership:
    """Gives the person exactly these roles, as far as the actor may give and take them.

    Raises Refused for one's own access, for somebody who holds a role the actor may not take, and for a role
    the actor may not give; Conflict once the access has ended; InvalidInput without any role or for one that
    cannot be held here.
    """
    membership = lock_membership(actor, reference)
    _check_not_ended(membership)
    held = roles_held_on(membership)
    check_may_change(actor, membership, held)
    wanted = set(roles)
    if not wanted:
        raise InvalidInput({"roles": "Choose at least one role. To end all access, deactivate the person."})
    if any(code not in ROLES or where_held(membership.organisation) not in ROLES[code].held_at for code in wanted):
        raise InvalidInput({"roles": "Choose from the roles listed."})
    if "main_contact" in wanted ^ held:
        raise InvalidInput({"roles": "The Main Contact changes only by a request, which we verify."})
    added, ended = wanted - held, held - wanted
    check_may_grant(actor, added)
    if not (added or ended):
        nothing_changed()
        return membership
    RoleGrant.objects.filter(membership=membership, role__in=ended, ended_at=None).update(ended_at=timezone.now())
    RoleGrant.objects.bulk_create(
        RoleGrant(
            membership=membership,
            organisation_id=membership.organisation_id,
            role=code,
            granted_by_name=actor.name,
        )
        for code in sorted(added)
    )
    record(
        ROLES_CHANGED,
        actor=actor,
        subject=membership,
        organisation_id=membership.organisation_id,
        name=membership.user.name,
        added=_labels(added),
        ended=_labels(ended),
    )
    return membership


@service(MANAGE_USERS)
def deactivate(actor: Actor, reference: str) -> Membership:
    """Ends this membership now; the person's other organisations stay (F6). Not one's own, nor the Main Contact's."""
    membership = lock_membership(actor, reference)
    check_may_change(actor, membership, roles_held_on(membership))
    return end_membership(_portal(actor), membership.reference)


@service(MANAGE_USERS)
def set_end_date(actor: Actor, reference: str, ends_on: date | None) -> Membership:
    """Says which day is the last (None: no end). Raises InvalidInput for a day in the past; Conflict once ended."""
    membership = lock_membership(actor, reference)
    check_may_change(actor, membership, roles_held_on(membership))
    _check_not_ended(membership)
    today = timezone.localdate()
    if ends_on is not None and ends_on < max(today, membership.starts_on):
        raise InvalidInput(
            {"ends_on": "The last day must be today or later. To end access now, deactivate the person."}
        )
    if membership.ends_on == ends_on:
        nothing_changed()
        return membership
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    record(
        END_DATE_SET,
        actor=actor,
        subject=membership,
        organisation_id=membership.organisation_id,
        name=membership.user.name,
        day=ends_on.isoformat() if ends_on else "none",
    )
    return membership


@service(MANAGE_USERS)
def reactivate(actor: Actor, reference: str, roles: list[str]) -> Membership:
    """Gives somebody who had access here before access again, with these roles, as a new membership from today.

    Raises Conflict while they still have access; Refused for roles the actor may not give.
    """
    former = lock_membership(actor, reference)
    if former.user_id == actor.user_id:
        check_may_change(actor, former, ())
    if former.ends_on is None or former.ends_on >= timezone.localdate():
        raise Conflict(f"{former.user.name} has access already.")
    if not roles:
        raise InvalidInput({"roles": "Choose at least one role."})
    check_may_grant(actor, roles)
    membership = grant_membership(
        _portal(actor),
        GrantMembership(
            person=Person(email=former.user.email, forename=former.user.forename, surname=former.user.surname),
            organisation_code=former.organisation.code,
            roles=roles,
        ),
    )
    record(
        MEMBERSHIP_REACTIVATED,
        actor=actor,
        subject=membership,
        organisation_id=membership.organisation_id,
        name=membership.user.name,
    )
    return membership


@service(MANAGE_USERS)
def review_users(actor: Actor, keep: list[str], end: list[str]) -> int:
    """Says of each person named whether they still need access; returns how many were kept (J12, every 90 days).

    ``keep`` and ``end`` are references of memberships; who is in neither is decided about later. When everybody
    else is reviewed, so is the Main Contact who did it: nobody above them at the organisation could.
    """
    for reference in end:
        deactivate(actor, reference)
    for reference in keep:
        membership = lock_membership(actor, reference)
        check_may_change(actor, membership, roles_held_on(membership))
        _reviewed(actor, membership)
    today = timezone.localdate()
    others = Membership.objects.live().managed_by(actor).exclude(user_id=actor.user_id)  # type: ignore[attr-defined]
    if "main_contact" in actor.roles and not others.exclude(reviewed_on=today).exists():
        own = Membership.objects.select_for_update(of=("self",)).select_related("user").live()  # type: ignore[attr-defined]
        _reviewed(actor, own.managed_by(actor).get(user_id=actor.user_id))
    elif not keep and not end:
        nothing_changed()
    return len(keep)


def lock_membership(actor: Actor, reference: str) -> Membership:
    """The membership, locked, with its person and organisation; the organisation is locked before it.

    Raises NotFound outside the actor's organisation (R1). Locking the organisation first lets invitations,
    role changes and endings at one place wait for each other instead of crossing.
    """
    visible = Membership.objects.managed_by(actor)  # type: ignore[attr-defined]
    found = visible.filter(reference=reference).values_list("organisation_id", flat=True).first()
    if found is None:
        raise NotFound
    Organisation.objects.select_for_update().get(pk=found)
    locked = visible.select_for_update(of=("self",)).select_related("user", "organisation")
    return locked.get(reference=reference)  # type: ignore[no-any-return]


def _check_not_ended(membership: Membership) -> None:
    if membership.ends_on is not None and membership.ends_on < timezone.localdate():
        raise Conflict("This access has ended. Reactivate it to give it back.")


def roles_held_on(membership: Membership) -> set[str]:
    """The codes of the roles held on the membership now; one query."""
    return set(membership.grants.filter(ended_at=None).values_list("role", flat=True))


def _reviewed(actor: Actor, membership: Membership) -> None:
    membership.reviewed_on = timezone.localdate()
    membership.save(update_fields=["reviewed_on"])
    record(
        MEMBERSHIP_REVIEWED,
        actor=actor,
        subject=membership,
        organisation_id=membership.organisation_id,
        name=membership.user.name,
    )


def _portal(actor: Actor) -> Actor:
    """The actor's name with the one right that the wrapped service asks for: the rules here were checked before."""
    return system_actor(actor.name, GRANT_MEMBERSHIP)


def _labels(codes: set[str]) -> str:
    return ", ".join(sorted(ROLES[code].label for code in codes)) or "none"
