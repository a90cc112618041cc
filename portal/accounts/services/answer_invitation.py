"""Answering an invitation: only the person it was sent to can, and only then is there a membership (J12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.actors import actor_of_member
from portal.accounts.events import INVITATION_ACCEPTED, INVITATION_DECLINED, ROLE_ENDED
from portal.accounts.granting import check_may_grant
from portal.accounts.invitation_tokens import hash_of
from portal.accounts.messages import main_contact_changed
from portal.accounts.models import Invitation, Membership, RoleGrant, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.policy import access_policy
from portal.accounts.services.grant_membership import GrantMembership, Person, end_membership, grant_membership
from portal.accounts.services.quarantine import begin_quarantine
from portal.foundation.access import OWN_ACCOUNT, Actor, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, Refused
from portal.foundation.outbox.queue import queue_emails

OVER = "This invitation no longer works. Ask whoever invited you to send it again."


def find_invitation(token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation that still waits for an answer, or None. The caller has ``system_scope``: a token is its proof."""
    found = Invitation.objects.filter(token_hash=hash_of(token), state="waiting", expires_at__gt=timezone.now())
    found = found.select_for_update(of=("self",)) if lock else found
    return found.select_related("organisation").first()  # type: ignore[no-any-return]


def knows(email: str) -> User | None:
    """The account with this address, if there is one. Only the holder of an invitation's token gets to ask."""
    return User.objects.filter(email=email).first()


@service(OWN_ACCOUNT)
def accept_invitation(actor: Actor, token: str) -> Membership:
    """Makes the membership, for an account that exists or a new one, and returns it.

    Raises Conflict for a link that is over, or whose inviter may no longer give these roles; Refused when an
    account with that address exists and somebody else, or nobody, is signed in.
    """
    with system_scope():  # the invitee belongs to no organisation yet
        invitation = find_invitation(token, lock=True)
        if invitation is None:
            raise Conflict(OVER)
        known = knows(invitation.email)
        if known is not None and known.pk != actor.user_id:
            raise Refused("Sign in with the address this invitation was sent to, then accept it.")
        if known is None and actor.user_id is not None:
            raise Refused("This invitation was sent to another address. Sign out, then open the link again.")
        _check_inviter(invitation)
        return _accept(invitation)


@service(OWN_ACCOUNT)
def decline_invitation(actor: Actor, token: str) -> Invitation:
    """Says no; whoever holds the link may. Raises Conflict for one that is over."""
    with system_scope():  # as above
        invitation = find_invitation(token, lock=True)
        if invitation is None:
            raise Conflict(OVER)
        _settled(invitation, "declined")
        record(
            INVITATION_DECLINED,
            actor=actor,
            subject=invitation,
            organisation_id=invitation.organisation_id,
            name=invitation.name,
        )
    return invitation


def _check_inviter(invitation: Invitation) -> None:
    """An invitation is worth no more than the right of whoever sent it, at the moment it is accepted."""
    if invitation.replaces_main_contact:
        return  # sent by an approved request, which was verified and is frozen by cancelling this invitation
    inviter = actor_of_member(invitation.invited_by_id, invitation.organisation.code)
    try:
        if inviter is None:
            raise Refused(OVER)
        check_may_grant(inviter, invitation.roles)
    except Refused as error:
        raise Conflict(f"{invitation.invited_by_name} can no longer give this access. {OVER}") from error


def _accept(invitation: Invitation) -> Membership:
    portal = system_actor(invitation.invited_by_name, GRANT_MEMBERSHIP)
    predecessor = _end_predecessor(invitation) if invitation.replaces_main_contact else None
    membership = grant_membership(
        portal,
        GrantMembership(
            person=Person(
                email=invitation.email,
                title=invitation.title,
                forename=invitation.forename,
                surname=invitation.surname,
                telephone=invitation.telephone,
                mobile=invitation.mobile,
            ),
            organisation_code=invitation.organisation.code,
            roles=invitation.roles,
            ends_on=invitation.ends_on,
        ),
    )
    _settled(invitation, "accepted", user=membership.user)
    member = Actor(name=membership.user.name, audience="member", user_id=membership.user_id)
    record(
        INVITATION_ACCEPTED,
        actor=member,
        subject=invitation,
        organisation_id=invitation.organisation_id,
        name=membership.user.name,
        organisation=invitation.organisation.name,
    )
    if invitation.replaces_main_contact:
        _begin_as_main_contact(invitation, membership, predecessor)
    return membership


def _settled(invitation: Invitation, state: str, **columns: Any) -> None:
    invitation.state, invitation.settled_at = state, timezone.now()
    for name, value in columns.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=["state", "settled_at", *columns])


def _end_predecessor(invitation: Invitation) -> Membership | None:
    """Ends the present Main Contact's role, and their membership where it holds no other."""
    grant = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("membership__user")
        .filter(organisation=invitation.organisation, role="main_contact", ended_at=None)
        .first()
    )
    if grant is None:
        return None
    grant.ended_at = timezone.now()
    grant.save(update_fields=["ended_at"])
    portal = system_actor(invitation.invited_by_name, GRANT_MEMBERSHIP)
    record(
        ROLE_ENDED,
        actor=portal,
        subject=grant.membership,
        organisation_id=invitation.organisation_id,
        name=grant.membership.user.name,
        role="Main Contact",
    )
    if not RoleGrant.objects.filter(membership=grant.membership, ended_at=None).exists():
        end_membership(portal, grant.membership.reference)
    return grant.membership


def _begin_as_main_contact(invitation: Invitation, membership: Membership, predecessor: Membership | None) -> None:
    begin_quarantine(
        system_actor("The portal", GRANT_MEMBERSHIP),
        invitation.organisation,
        membership=membership,
        until=timezone.now() + timedelta(days=access_policy().quarantine_days),
        because="A new Main Contact",
        case_reference=invitation.case_reference,
    )
    queue_emails(main_contact_changed(membership, predecessor))
