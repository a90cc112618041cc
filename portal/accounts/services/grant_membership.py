"""Giving a person access to an organisation, and taking it away (J12; here for the operator's command line)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.events import MEMBERSHIP_ENDED, MEMBERSHIP_GRANTED, USER_ADDED
from portal.accounts.models import Membership, RoleGrant, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.reference import new_person_reference
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.roles import ROLES
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is to have access, as J12 asks for it. ``email`` is the user name."""

    email: str
    forename: str
    surname: str
    title: str = ""
    telephone: str = ""
    mobile: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantMembership:
    """The command: this person, at this organisation, with these roles, from this day."""

    person: Person
    organisation_code: str
    roles: list[str]
    starts_on: date | None = None
    ends_on: date | None = None


@service(GRANT_MEMBERSHIP)
def grant_membership(actor: Actor, command: GrantMembership) -> Membership:
    """Gives access, making the person and the membership where they do not exist yet, and returns it.

    Raises NotFound for an unknown organisation and InvalidInput for a role that cannot be held there,
    a second Main Contact, missing details, a closed account, or days that are wrong or taken.
    """
    organisation = Organisation.objects.select_for_update().filter(code=command.organisation_code).first()
    if organisation is None:
        raise NotFound(f"There is no organisation with the code {command.organisation_code}.")
    _check_roles(organisation, command.roles)
    user = _find_or_add(actor, command.person)
    membership = _find_or_start(user, organisation, command)
    held = set(RoleGrant.objects.filter(membership=membership, ended_at=None).values_list("role", flat=True))
    new = [role for role in dict.fromkeys(command.roles) if role not in held]
    if not new:
        nothing_changed()
        return membership
    _grant(actor, membership, new)
    record(
        MEMBERSHIP_GRANTED,
        actor=actor,
        subject=membership,
        organisation_id=organisation.id,
        name=user.name,
        organisation=organisation.name,
        roles=", ".join(ROLES[role].label for role in new),
    )
    return membership


@service(GRANT_MEMBERSHIP)
def end_membership(actor: Actor, reference: str) -> Membership:
    """Ends a membership today: from this moment it gives no access. Other memberships stay (F6)."""
    membership: Membership | None = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .filter(reference=reference)
        .first()
    )
    if membership is None:
        raise NotFound(f"There is no membership {reference}.")
    yesterday = timezone.localdate() - timedelta(days=1)
    if membership.ends_on is not None and membership.ends_on <= yesterday:
        nothing_changed()
        return membership
    membership.ends_on = yesterday
    if membership.starts_on > yesterday:
        membership.starts_on = membership.ends_on = _free_day(membership, yesterday)
    membership.save(update_fields=["starts_on", "ends_on"])
    RoleGrant.objects.filter(membership=membership, ended_at=None).update(ended_at=timezone.now())
    record(
        MEMBERSHIP_ENDED,
        actor=actor,
        subject=membership,
        organisation_id=membership.organisation_id,
        name=membership.user.name,
        organisation=membership.organisation.name,
    )
    return membership


def _free_day(membership: Membership, day: date) -> date:
    """The last day up to ``day`` on which the person has no other membership there.

    A membership that began today must not give access today, and its dates hold at least one day. They are
    put where they give nothing and cross no other; the events tell the true times.
    """
    others = Membership.objects.filter(user_id=membership.user_id, organisation_id=membership.organisation_id)
    for other in others.exclude(id=membership.id).filter(starts_on__lte=day).order_by("-starts_on"):
        if other.is_live(day):
            day = other.starts_on - timedelta(days=1)
    return day


def _check_roles(organisation: Organisation, roles: list[str]) -> None:
    where = organisation.contractor_type or organisation.kind
    if not roles:
        raise InvalidInput({"roles": "Give at least one role."})
    for code in roles:
        if code not in ROLES:
            raise InvalidInput({"roles": f"There is no role {code}. The roles are: {', '.join(sorted(ROLES))}."})
        if where not in ROLES[code].held_at:
            raise InvalidInput({"roles": f"{ROLES[code].label} cannot be held at {organisation.name}."})


def _find_or_add(actor: Actor, person: Person) -> User:
    user = User.objects.filter(email__iexact=person.email.strip()).first()
    if user is not None and not user.is_active:
        raise InvalidInput({"email": f"The account of {user.email} is closed, so it cannot be given access."})
    if user is not None:
        return user
    missing: dict[str | None, str] = {
        name: f"Give the {name} of {person.email}."
        for name in ("forename", "surname")
        if not getattr(person, name).strip()
    }
    if not (person.telephone.strip() or person.mobile.strip()):
        missing["telephone"] = f"Give a telephone or a mobile number of {person.email}."
    if missing:
        raise InvalidInput({**missing})
    user = User.objects.create_user(
        reference=new_person_reference("US"),
        email=person.email,
        title=person.title.strip(),
        forename=person.forename.strip(),
        surname=person.surname.strip(),
        telephone=person.telephone.strip(),
        mobile=person.mobile.strip(),
    )
    record(USER_ADDED, actor=actor, subject=user, name=user.name)
    return user


def _find_or_start(user: User, organisation: Organisation, command: GrantMembership) -> Membership:
    start = command.starts_on or timezone.localdate()
    if command.ends_on is not None and command.ends_on < start:
        raise InvalidInput({"ends_on": "The last day must not be before the first."})
    live = Membership.objects.live(start).filter(user=user, organisation=organisation).first()  # type: ignore[attr-defined]
    if live is not None:
        return live  # type: ignore[no-any-return]
    try:
        with transaction.atomic():
            return Membership.objects.create(
                reference=new_person_reference("ME"),
                user=user,
                organisation=organisation,
                starts_on=start,
                ends_on=command.ends_on,
            )
    except IntegrityError as error:
        if "membership_one_at_a_time" not in str(error):
            raise
        sentence = f"{user.name} has access to {organisation.name} for some of these days already. End that first."
        raise InvalidInput({"starts_on": sentence}) from error


def _grant(actor: Actor, membership: Membership, roles: list[str]) -> None:
    try:
        with transaction.atomic():
            RoleGrant.objects.bulk_create(
                RoleGrant(
                    membership=membership,
                    organisation_id=membership.organisation_id,
                    role=role,
                    granted_by_name=actor.name,
                )
                for role in roles
            )
    except IntegrityError as error:
        if "one_main_contact" not in str(error):
            raise
        raise InvalidInput({"roles": "The organisation has a Main Contact already. End that role first."}) from error
