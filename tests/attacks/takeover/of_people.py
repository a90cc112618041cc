"""Takeovers that go through users, invitations, sessions and e-mail (J12, F6, F10, F11)."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import actors
from portal.accounts.invitation_tokens import hash_of
from portal.accounts.models import Invitation, Membership, RoleGrant, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services import answer_invitation
from portal.accounts.services.answer_invitation import accept_invitation
from portal.accounts.services.change_access import change_roles, deactivate, reactivate
from portal.accounts.services.invite_user import (
    AppointMainContact,
    InviteUser,
    appoint_main_contact,
    cancel_invitation,
    invite_user,
)
from portal.accounts.tests.acting import acting, somebody
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.accounts.tests.sign_in import sign_in
from portal.casework.mail_in.message import Envelope, IncomingMessage
from portal.casework.mail_in.reading import MAILBOX
from portal.casework.models import Case, EmailReceived
from portal.casework.services.receive_email import receive_email
from portal.casework.tests.factories import opened, reporter
from portal.foundation.access import OWN_ACCOUNT, Actor, system_actor
from portal.foundation.access.permissions import REGISTER
from portal.foundation.access.row_security import set_scope
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.tests.factories import StockLevelFactory
from tests.attacks.takeover.attack import (
    a_line_on_the_page_of_attempts,
    a_new_case,
    answers,
    attack,
    both,
    does_nothing,
    goes_through,
    may,
    only_the_web_servers_log,
    without_constraints,
    without_triggers,
)

_ACCOUNTS = "portal.accounts.services"
_NOBODY = Actor(name="Somebody invited", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))
_SECURE = REGISTER["supplies.order_secure_items"]


def _site(*roles: str) -> list[Membership]:
    """One member for each role, all at one practice."""
    where = OrganisationFactory()
    return [MembershipFactory(organisation=where, roles=[role]) for role in roles]


def _token(invitation: Invitation) -> str:
    body = OutboxMessage.objects.filter(about=invitation.reference).latest("id").body
    found = re.search(r"/invitation/(\S+)/", body)
    assert found is not None
    return found[1]


def _invited(by: Membership, roles: list[str] | None = None) -> tuple[Invitation, str]:
    invitation = invite_user(acting(by), InviteUser(person=somebody(), roles=roles or ["read_only"]))
    return invitation, _token(invitation)


def _as_user(user: User) -> Actor:
    return Actor(name=user.name, audience="member", user_id=user.pk, permissions=frozenset({OWN_ACCOUNT.code}))


def _any_state(patch: pytest.MonkeyPatch) -> None:
    def find(token: str, *, lock: bool = False) -> Invitation | None:
        return Invitation.objects.select_related("organisation").filter(token_hash=hash_of(token)).first()

    patch.setattr(f"{_ACCOUNTS}.answer_invitation.find_invitation", find)
    without_triggers("accounts_invitation")(patch)


@attack("an invitation is used once", _any_state)
def somebody_who_was_ended_uses_the_old_invitation_again() -> bool:
    (manager,) = _site("main_contact")
    _, token = _invited(manager)
    membership = accept_invitation(_NOBODY, token)
    deactivate(acting(manager), membership.reference)
    accepted = goes_through(accept_invitation, _as_user(membership.user), token)
    return accepted and actors.actor_of_member(membership.user_id, manager.organisation.code) is not None


@attack("an invitation ends", _any_state)
def an_old_invitation_from_a_mailbox_is_accepted() -> bool:
    (manager,) = _site("main_contact")
    invitation, token = _invited(manager)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(days=1))
    return goes_through(accept_invitation, _NOBODY, token)


@attack("an invitation that was taken back is over", _any_state)
def an_invitation_that_was_taken_back_is_accepted() -> bool:
    (manager,) = _site("main_contact")
    invitation, token = _invited(manager)
    cancel_invitation(acting(manager), invitation.reference)
    return goes_through(accept_invitation, _NOBODY, token)


def _no_lookup(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(f"{_ACCOUNTS}.answer_invitation.knows", lambda email: User.objects.get(email="eve@example.org"))
    original = answer_invitation._accept

    def accept_for_eve(invitation: Invitation) -> Membership:
        invitation.email = "eve@example.org"
        return original(invitation)

    patch.setattr(f"{_ACCOUNTS}.answer_invitation._accept", accept_for_eve)


@attack("only the address invited accepts", _no_lookup)
def a_forwarded_invitation_is_accepted_by_another_account() -> bool:
    (manager,) = _site("main_contact")
    _, token = _invited(manager, ["secure_stationery_orderer"])
    eve = UserFactory(email="eve@example.org")
    accepted = goes_through(accept_invitation, _as_user(eve), token)
    return accepted and actors.actor_of_member(eve.pk, manager.organisation.code) is not None


@attack(
    "an invitation is worth no more than its inviter", does_nothing(f"{_ACCOUNTS}.answer_invitation._check_inviter")
)
def a_deputy_who_was_ended_leaves_an_invitation_behind() -> bool:
    manager, deputy = _site("main_contact", "deputy")
    _, token = _invited(deputy)
    deactivate(acting(manager), deputy.reference)
    return goes_through(accept_invitation, _NOBODY, token)


@attack("nobody changes their own access", does_nothing(f"{_ACCOUNTS}.change_access.check_may_change"))
def a_deputy_gives_herself_another_role() -> bool:
    _, deputy = _site("main_contact", "deputy")
    return goes_through(change_roles, acting(deputy), deputy.reference, ["deputy", "order_approver"])


@attack("a role is given only by those the table names", does_nothing(f"{_ACCOUNTS}.change_access.check_may_grant"))
def a_deputy_makes_an_accomplice_a_secure_orderer() -> bool:
    _, deputy, accomplice = _site("main_contact", "deputy", "read_only")
    changed = goes_through(change_roles, acting(deputy), accomplice.reference, ["secure_stationery_orderer"])
    return changed and may(acting(accomplice), _SECURE)


@attack(
    "the Main Contact is invited only by an approved request",
    both(
        does_nothing(f"{_ACCOUNTS}.invite_user.check_may_grant", f"{_ACCOUNTS}.answer_invitation._check_inviter"),
        without_constraints("accounts_rolegrant", "one_main_contact_per_organisation"),
    ),
)
def a_deputy_invites_a_second_main_contact() -> bool:
    _, deputy = _site("main_contact", "deputy")
    command = InviteUser(person=somebody(), roles=["main_contact"])
    if not goes_through(invite_user, acting(deputy), command):
        return False
    return goes_through(accept_invitation, _NOBODY, _token(Invitation.objects.get()))


@attack("who holds a role that one may not take stays", does_nothing(f"{_ACCOUNTS}.change_access.check_may_change"))
def a_deputy_ends_the_main_contact() -> bool:
    manager, deputy = _site("main_contact", "deputy")
    ended = goes_through(deactivate, acting(deputy), manager.reference)
    return ended and not RoleGrant.objects.filter(role="main_contact", ended_at=None).exists()


@attack("a way back is a grant, too", does_nothing(f"{_ACCOUNTS}.change_access.check_may_grant"))
def a_deputy_brings_back_a_secure_orderer_who_left() -> bool:
    manager, deputy, leaver = _site("main_contact", "deputy", "secure_stationery_orderer")
    deactivate(acting(manager), leaver.reference)
    return goes_through(reactivate, acting(deputy), leaver.reference, ["secure_stationery_orderer"])


def _new_main_contact() -> Membership:
    (old,) = _site("main_contact")
    appointed = appoint_main_contact(
        system_actor("The portal", GRANT_MEMBERSHIP),
        AppointMainContact(person=somebody(), organisation_code=old.organisation.code, case_reference="CA-TEST-0001"),
    )
    return accept_invitation(_NOBODY, _token(appointed))


def _nothing_withheld(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(actors, "_withheld", lambda found, allowed: {})


@attack("seven days without numbered forms", _nothing_withheld)
def a_new_main_contact_orders_forms_on_the_first_day() -> bool:
    return may(acting(_new_main_contact()), _SECURE)


@attack("what one may not use one may not give", answers("", "portal.accounts.granting._why_not_now"))
def a_new_main_contact_orders_forms_through_an_accomplice() -> bool:
    boss = _new_main_contact()
    accomplice = MembershipFactory(organisation=boss.organisation, roles=["read_only"])
    changed = goes_through(change_roles, acting(boss), accomplice.reference, ["secure_stationery_orderer"])
    return changed and may(acting(accomplice), _SECURE)


@attack("rights for forms end without a review", _nothing_withheld)
def a_forgotten_secure_orderer_still_orders_forms() -> bool:
    _, forgotten = _site("main_contact", "secure_stationery_orderer")
    Membership.objects.filter(pk=forgotten.pk).update(reviewed_on=timezone.localdate() - timedelta(days=400))
    return may(acting(forgotten), _SECURE)


def _endings_do_not_count(patch: pytest.MonkeyPatch) -> None:
    statement = actors._MEMBERSHIP
    statement = statement.replace("(membership.ends_on is null or membership.ends_on >= %(today)s)", "true")
    patch.setattr(actors, "_MEMBERSHIP", statement.replace("and role_grant.ended_at is null", ""))


def _opens(client: Client, address: str) -> bool:
    response = client.get(address)
    set_scope("system")
    return response.status_code == 200


def _signed_in(membership: Membership) -> Client:
    client = Client()
    sign_in(client, membership.user)
    return client


@attack(
    "a membership that ended gives nothing from that moment", _endings_do_not_count, leaves=only_the_web_servers_log
)
def the_open_session_of_a_leaver_goes_on() -> bool:
    manager, leaver = _site("main_contact", "read_only")
    client = _signed_in(leaver)
    assert _opens(client, f"/o/{leaver.organisation.code}/")
    deactivate(acting(manager), leaver.reference)
    return _opens(client, f"/o/{leaver.organisation.code}/")


@attack(
    "the organisation in the path needs a membership there",
    lambda patch: patch.setattr(actors, "_MEMBERSHIP", actors._MEMBERSHIP.replace("and place.code = %(code)s", "")),
    leaves=only_the_web_servers_log,
)
def the_code_of_another_practice_is_typed_into_the_address() -> bool:
    (own,) = _site("main_contact")
    (victim,) = _site("main_contact")
    return _opens(_signed_in(own), f"/o/{victim.organisation.code}/users/")


def _manage_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("portal.accounts.querysets.MembershipQuerySet.managed_by", lambda self, actor: self)


@attack("one manages one's own organisation", _manage_everybody)
def a_main_contact_changes_roles_at_another_practice() -> bool:
    (own,) = _site("main_contact")
    _, victim = _site("main_contact", "read_only")
    return goes_through(change_roles, acting(own), victim.reference, ["supplies_order_clerk"])


@attack("one manages one's own organisation", _manage_everybody)
def a_main_contact_ends_somebody_at_another_practice() -> bool:
    (own,) = _site("main_contact")
    _, victim = _site("main_contact", "read_only")
    return goes_through(deactivate, acting(own), victim.reference)


@attack(
    "an appointment needs the right to grant, which only the portal holds then",
    does_nothing("portal.foundation.access.actor.Actor.require"),
)
def a_main_contact_appoints_a_successor_without_a_request() -> bool:
    (manager,) = _site("main_contact")
    command = AppointMainContact(
        person=somebody(), organisation_code=manager.organisation.code, case_reference="CA-TEST-0002"
    )
    return goes_through(appoint_main_contact, acting(manager), command)


def _mailed(case: Case, sender: str) -> bool:
    """Whether an e-mail that names the case's reference joins its conversation."""
    key = f"{EmailReceived.objects.count()}@example.org"
    envelope = Envelope(key=key, message_id=key, sender=sender, subject=f"Re: {case.reference}")
    receive_email(MAILBOX, IncomingMessage(envelope=envelope, text="Please go on.", case_reference=case.reference))
    return case.messages.filter(body__contains="Please go on.").exists()


_ANYBODY_IS_KNOWN = answers(True, "portal.casework.services.receive_email.is_known_to")


@attack("an e-mail joins a case only from those who may read it", _ANYBODY_IS_KNOWN, leaves=a_new_case)
def an_e_mail_from_a_look_alike_domain_joins_the_case() -> bool:
    (clerk,) = _site("supplies_order_clerk")
    name, _, domain = clerk.user.email.partition("@")
    return _mailed(opened(reporter(clerk)), f"{name}@{domain.replace('example', 'examp1e')}")


@attack("somebody who left their practice is no longer known to its cases", _ANYBODY_IS_KNOWN, leaves=a_new_case)
def a_leaver_answers_a_case_of_the_old_practice_by_e_mail() -> bool:
    manager, clerk = _site("main_contact", "supplies_order_clerk")
    case = opened(reporter(clerk))
    deactivate(acting(manager), clerk.reference)
    return _mailed(case, clerk.user.email)


@attack(
    "a closed site orders nothing",
    lambda patch: patch.setattr(Organisation, "accepts_orders", True),
    leaves=a_line_on_the_page_of_attempts,
)
def the_members_of_a_closed_site_go_on_ordering() -> bool:
    (orderer,) = _site("main_contact")
    item = StockLevelFactory(on_hand=50).item
    BasketLine.objects.create(user=orderer.user, organisation=orderer.organisation, item=item, quantity=1)
    Organisation.objects.filter(id=orderer.organisation_id).update(status="closed")
    order = PlaceOrder(submission=uuid.uuid4(), seen={item.code: 1})
    return goes_through(place_order, acting(orderer), order)


@attack("a branch is a site of its own", _manage_everybody)
def a_branch_manages_the_people_of_its_main_practice() -> bool:
    (main,) = _site("main_contact")
    clerk = MembershipFactory(organisation=main.organisation, roles=["read_only"])
    branch = OrganisationFactory(kind="gp_branch", parent=main.organisation, parent_code=main.organisation.code)
    boss = MembershipFactory(organisation=branch, roles=["main_contact"])
    return goes_through(change_roles, acting(boss), clerk.reference, ["supplies_order_clerk"])


@attack("a main practice does not manage a branch without a membership there", _manage_everybody)
def a_main_practice_manages_the_people_of_its_branch() -> bool:
    (main,) = _site("main_contact")
    branch = OrganisationFactory(kind="gp_branch", parent=main.organisation, parent_code=main.organisation.code)
    clerk = MembershipFactory(organisation=branch, roles=["read_only"])
    return goes_through(deactivate, acting(main), clerk.reference)
