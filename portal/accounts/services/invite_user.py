"""Inviting somebody, known to the portal or not: the same work, page and e-mail for both (J12, F6, F10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.events import INVITATION_CANCELLED, INVITATION_SENT
from portal.accounts.granting import check_may_grant, where_held
from portal.accounts.invitation_tokens import hash_of, new_token
from portal.accounts.messages import invited
from portal.accounts.models import Invitation, Membership
from portal.accounts.permissions import GRANT_MEMBERSHIP, MANAGE_USERS
from portal.accounts.policy import access_policy
from portal.accounts.reference import new_person_reference
from portal.accounts.services.grant_membership import Person
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.roles import ROLES
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.queue import queue_email
from portal.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class InviteUser:
    """The command: this person, with these roles, at the actor's organisation; ``ends_on`` where an end is known."""

    person: Person
    roles: list[str]
    ends_on: date | None = None


@service(MANAGE_USERS)
def invite_user(actor: Actor, command: InviteUser) -> Invitation:
    """Invites the person to the actor's organisation and returns the invitation.

    Whether the portal knows the address changes nothing here: nobody looks it up. Raises InvalidInput for
    details that are missing, an address that has access here already or waits for an answer, or a role that
    cannot be held here; Refused for a role the actor may not give.
    """
    organisation = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    _check_person(command, organisation)
    check_may_grant(actor, command.roles)
    live = Membership.objects.live().filter(organisation=organisation)  # type: ignore[attr-defined]
    if live.filter(user__email=command.person.email.strip().lower()).exists():
        raise InvalidInput({"email": f"{command.person.email} has access here already. Change their roles instead."})
    return _send(actor, organisation, command.person, command.roles, ends_on=command.ends_on)


@dataclass(frozen=True, kw_only=True)
class AppointMainContact:
    """The command of an approved request: who becomes Main Contact where, and the case that proves it."""

    person: Person
    organisation_code: str
    case_reference: str


@service(GRANT_MEMBERSHIP)
def appoint_main_contact(actor: Actor, command: AppointMainContact) -> Invitation:
    """Invites the new Main Contact; accepting ends the present one's role in the same moment (J13, F11, F12).

    Doing it twice for the same case gives the invitation that is there. Raises NotFound for an unknown organisation.
    """
    organisation = Organisation.objects.select_for_update().filter(code=command.organisation_code).first()
    if organisation is None:
        raise NotFound(f"There is no organisation with the code {command.organisation_code}.")
    counts = Q(state="accepted") | Q(state="waiting", expires_at__gt=timezone.now())
    earlier: Invitation | None = Invitation.objects.filter(
        counts, organisation=organisation, case_reference=command.case_reference
    ).first()
    if earlier is not None:
        nothing_changed()
        return earlier
    email = command.person.email.strip().lower()
    for other in Invitation.objects.filter(organisation=organisation, state="waiting", email=email):
        take_back(actor, other)  # an ordinary invitation to the same person gives way
    return _send(
        actor,
        organisation,
        command.person,
        ["main_contact"],
        replaces_main_contact=True,
        case_reference=command.case_reference,
    )


@service(MANAGE_USERS)
def cancel_invitation(actor: Actor, reference: str) -> Invitation:
    """Takes an invitation back. Raises NotFound for another organisation's, Conflict once it is settled."""
    invitation = lock_invitation(actor, reference)
    check_may_grant(actor, invitation.roles)
    return take_back(actor, invitation)


@service(MANAGE_USERS)
def resend_invitation(actor: Actor, reference: str) -> Invitation:
    """Sends it again with a new link and a new time; the old link no longer works."""
    invitation = lock_invitation(actor, reference)
    check_may_grant(actor, invitation.roles)
    token = new_token()
    invitation.token_hash = hash_of(token)
    invitation.expires_at = timezone.now() + timedelta(days=access_policy().invitation_days)
    invitation.save(update_fields=["token_hash", "expires_at"])
    _told(actor, invitation, token)
    return invitation


@service(GRANT_MEMBERSHIP)
def cancel_appointment(actor: Actor, case_reference: str) -> int:
    """Takes back what ``appoint_main_contact`` sent for a case and nobody has accepted; returns how many."""
    waiting = Invitation.objects.select_for_update().filter(case_reference=case_reference, state="waiting")
    cancelled = [take_back(actor, invitation) for invitation in waiting]
    if not cancelled:
        nothing_changed()
    return len(cancelled)


def lock_invitation(actor: Actor, reference: str) -> Invitation:
    """The waiting invitation, locked. Raises NotFound outside the actor's scope (R1), Conflict once it is settled."""
    visible = Invitation.objects.visible_to(actor)  # type: ignore[attr-defined]
    invitation: Invitation | None = (
        visible.select_for_update(of=("self",)).select_related("organisation").filter(reference=reference).first()
    )
    if invitation is None:
        raise NotFound
    if invitation.state != "waiting":
        raise Conflict("This invitation was answered or taken back already.")
    return invitation


def _check_person(command: InviteUser, organisation: Organisation) -> None:
    person = command.person
    errors: dict[str | None, str] = {}
    if not (person.telephone.strip() or person.mobile.strip()):
        errors["telephone"] = "Enter a telephone or a mobile number. One of the two is enough."
    if not command.roles:
        errors["roles"] = "Choose at least one role."
    if any(code not in ROLES or where_held(organisation) not in ROLES[code].held_at for code in command.roles):
        errors["roles"] = "Choose from the roles listed."
    if command.ends_on is not None and command.ends_on < timezone.localdate():
        errors["ends_on"] = "The last day must not be in the past."
    if errors:
        raise InvalidInput(errors)


def _send(actor: Actor, organisation: Organisation, person: Person, roles: list[str], **details: object) -> Invitation:
    token = new_token()
    invitation = Invitation(
        reference=new_person_reference("IN"),
        organisation=organisation,
        email=person.email.strip().lower(),
        title=person.title.strip(),
        forename=person.forename.strip(),
        surname=person.surname.strip(),
        telephone=person.telephone.strip(),
        mobile=person.mobile.strip(),
        roles=list(dict.fromkeys(roles)),
        invited_by_id=actor.user_id,
        invited_by_name=actor.name,
        expires_at=timezone.now() + timedelta(days=access_policy().invitation_days),
        token_hash=hash_of(token),
        **details,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        if "invitation_one_waiting" not in str(error):
            raise
        raise InvalidInput({"email": f"{person.email} was invited already. Send that invitation again."}) from error
    _told(actor, invitation, token)
    return invitation


def _told(actor: Actor, invitation: Invitation, token: str) -> None:
    record(
        INVITATION_SENT,
        actor=actor,
        subject=invitation,
        organisation_id=invitation.organisation_id,
        name=invitation.name,
        roles=", ".join(ROLES[code].label for code in invitation.roles),
    )
    queue_email(invited(invitation, token))


def take_back(actor: Actor, invitation: Invitation) -> Invitation:
    """Cancels the invitation, which the caller has locked and which waits. For services of this app."""
    invitation.state, invitation.settled_at = "cancelled", timezone.now()
    invitation.save(update_fields=["state", "settled_at"])
    record(
        INVITATION_CANCELLED,
        actor=actor,
        subject=invitation,
        organisation_id=invitation.organisation_id,
        name=invitation.name,
    )
    return invitation
