"""The Main Contact manages users: invites, changes, ends, reviews; and nobody gets more than the table allows (J12)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, RoleGrant, SecureQuarantine, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.answer_invitation import accept_invitation, decline_invitation
from portal.accounts.services.change_access import (
    change_roles,
    deactivate,
    reactivate,
    review_users,
    roles_held_on,
    set_end_date,
)
from portal.accounts.services.invite_user import (
    AppointMainContact,
    InviteUser,
    appoint_main_contact,
    cancel_appointment,
    cancel_invitation,
    invite_user,
    resend_invitation,
)
from portal.accounts.tests.acting import acting, somebody
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.foundation.access import OWN_ACCOUNT, Actor, system_actor
from portal.foundation.access.permissions import REGISTER
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db

# By its code: accounts stands below supplies.
ORDER_SECURE_ITEMS = REGISTER["supplies.order_secure_items"]
STRANGER = Actor(name="Somebody invited", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))


def main_contact() -> Membership:
    member: Membership = MembershipFactory(roles=["main_contact"])
    return member


def signed_in(user: User) -> Actor:
    return Actor(name=user.name, audience="member", user_id=user.pk, permissions=frozenset({OWN_ACCOUNT.code}))


def token_of(invitation: Invitation) -> str:
    body = OutboxMessage.objects.filter(about=invitation.reference).latest("id").body
    found = re.search(r"/invitation/(\S+)/", body)
    assert found is not None
    return found[1]


def test_somebody_new_accepts_and_has_exactly_what_was_offered() -> None:
    manager = main_contact()
    invitation = invite_user(acting(manager), InviteUser(person=somebody(), roles=["supplies_order_clerk"]))
    assert not User.objects.filter(email="new.person@example.org").exists()
    membership = accept_invitation(STRANGER, token_of(invitation))
    assert (membership.organisation, membership.user.email) == (manager.organisation, "new.person@example.org")
    assert roles_held_on(membership) == {"supplies_order_clerk"}
    assert Invitation.objects.get().state == "accepted"


def test_somebody_known_accepts_only_signed_in_and_keeps_the_other_organisation() -> None:
    manager, elsewhere = main_contact(), MembershipFactory(roles=["read_only"])
    invitation = invite_user(acting(manager), InviteUser(person=somebody(elsewhere.user.email), roles=["read_only"]))
    token = token_of(invitation)
    with pytest.raises(Refused, match="Sign in with the address"), transaction.atomic():
        accept_invitation(STRANGER, token)
    with pytest.raises(Refused), transaction.atomic():
        accept_invitation(signed_in(UserFactory()), token)
    membership = accept_invitation(signed_in(elsewhere.user), token)
    assert membership.user == elsewhere.user
    assert Membership.objects.live().filter(user=elsewhere.user).count() == 2  # type: ignore[attr-defined]


def test_the_inviter_cannot_tell_whether_the_account_existed() -> None:
    manager, known = main_contact(), UserFactory(email="known@example.org")
    bodies = []
    for email in ("known@example.org", "unknown@example.org"):
        invitation = invite_user(acting(manager), InviteUser(person=somebody(email), roles=["read_only"]))
        body = OutboxMessage.objects.get(about=invitation.reference).body
        bodies.append(body.replace(token_of(invitation), "TOKEN"))
        assert invitation.user is None and invitation.name == "New Person"
    assert bodies[0] == bodies[1] and known.name not in bodies[0]


def test_an_invitation_is_answered_once_and_a_new_link_ends_the_old_one() -> None:
    manager = acting(main_contact())
    invitation = invite_user(manager, InviteUser(person=somebody(), roles=["read_only"]))
    first = token_of(invitation)
    resend_invitation(manager, invitation.reference)
    second = token_of(invitation)
    with pytest.raises(Conflict), transaction.atomic():
        accept_invitation(STRANGER, first)
    accept_invitation(STRANGER, second)
    with pytest.raises(Conflict), transaction.atomic():
        accept_invitation(STRANGER, second)
    with pytest.raises(Conflict), transaction.atomic():
        cancel_invitation(manager, invitation.reference)


@pytest.mark.parametrize("how", ["declined", "cancelled", "expired"])
def test_an_invitation_that_is_over_gives_nothing(how: str) -> None:
    manager = acting(main_contact())
    invitation = invite_user(manager, InviteUser(person=somebody(), roles=["read_only"]))
    token = token_of(invitation)
    if how == "declined":
        decline_invitation(STRANGER, token)
    elif how == "cancelled":
        cancel_invitation(manager, invitation.reference)
    else:
        Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(Conflict, match="no longer works"), transaction.atomic():
        accept_invitation(STRANGER, token)
    assert not User.objects.filter(email="new.person@example.org").exists()


def test_what_the_inviter_may_no_longer_give_is_not_given() -> None:
    manager = main_contact()
    deputy = MembershipFactory(organisation=manager.organisation, roles=["deputy"])
    invitation = invite_user(acting(deputy), InviteUser(person=somebody(), roles=["supplies_order_clerk"]))
    deactivate(acting(manager), deputy.reference)
    with pytest.raises(Conflict, match="can no longer give"), transaction.atomic():
        accept_invitation(STRANGER, token_of(invitation))


@pytest.mark.parametrize("role", ["main_contact", "deputy", "secure_stationery_orderer"])
def test_a_deputy_gives_no_role_that_only_the_main_contact_may_give(role: str) -> None:
    deputy = MembershipFactory(roles=["deputy"])
    with pytest.raises(Refused), transaction.atomic():
        invite_user(acting(deputy), InviteUser(person=somebody(), roles=[role]))


def test_nobody_changes_their_own_access_nor_that_of_somebody_above_them() -> None:
    manager = main_contact()
    deputy = MembershipFactory(organisation=manager.organisation, roles=["deputy"])
    for actor, target in ((manager, manager), (deputy, deputy), (deputy, manager)):
        for attempt in (
            lambda a=actor, t=target: change_roles(acting(a), t.reference, ["read_only"]),
            lambda a=actor, t=target: deactivate(acting(a), t.reference),
            lambda a=actor, t=target: set_end_date(acting(a), t.reference, timezone.localdate()),
            lambda a=actor, t=target: review_users(acting(a), [t.reference], []),
        ):
            with pytest.raises(Refused), transaction.atomic():
                attempt()
    with pytest.raises((Refused, InvalidInput)), transaction.atomic():
        change_roles(acting(manager), deputy.reference, ["main_contact"])


def test_another_organisations_people_do_not_exist() -> None:
    manager, foreign = acting(main_contact()), MembershipFactory(roles=["read_only"])
    for attempt in (
        lambda: change_roles(manager, foreign.reference, ["read_only"]),
        lambda: deactivate(manager, foreign.reference),
        lambda: reactivate(manager, foreign.reference, ["read_only"]),
        lambda: set_end_date(manager, foreign.reference, None),
        lambda: review_users(manager, [foreign.reference], []),
    ):
        with pytest.raises(NotFound), transaction.atomic():
            attempt()


def test_a_leaver_loses_this_organisation_at_once_and_keeps_the_other() -> None:
    manager = main_contact()
    here = MembershipFactory(organisation=manager.organisation, roles=["read_only"])
    there = MembershipFactory(user=here.user, roles=["read_only"])
    deactivate(acting(manager), here.reference)
    live = Membership.objects.live().filter(user=here.user)  # type: ignore[attr-defined]
    assert list(live) == [there]
    again = reactivate(acting(manager), here.reference, ["supplies_order_clerk"])
    assert roles_held_on(again) == {"supplies_order_clerk"}


def test_roles_become_exactly_those_chosen() -> None:
    manager = main_contact()
    clerk = MembershipFactory(organisation=manager.organisation, roles=["read_only", "supplies_order_clerk"])
    change_roles(acting(manager), clerk.reference, ["supplies_order_clerk", "order_approver"])
    assert roles_held_on(clerk) == {"supplies_order_clerk", "order_approver"}
    with pytest.raises(InvalidInput, match="at least one"), transaction.atomic():
        change_roles(acting(manager), clerk.reference, [])


def test_the_last_day_is_kept_and_a_past_one_refused() -> None:
    manager = main_contact()
    locum = MembershipFactory(organisation=manager.organisation, roles=["read_only"])
    set_end_date(acting(manager), locum.reference, timezone.localdate() + timedelta(days=3))
    assert Membership.objects.get(pk=locum.pk).ends_on is not None
    with pytest.raises(InvalidInput), transaction.atomic():
        set_end_date(acting(manager), locum.reference, timezone.localdate() - timedelta(days=1))


def test_a_main_contact_is_replaced_in_one_moment_and_waits_before_ordering_numbered_forms() -> None:
    before = main_contact()
    office = system_actor("An approved request", GRANT_MEMBERSHIP)
    command = AppointMainContact(person=somebody(), organisation_code=before.organisation.code, case_reference="CA-1")
    invitation = appoint_main_contact(office, command)
    assert appoint_main_contact(office, command).pk == invitation.pk
    assert roles_held_on(before) == {"main_contact"}, "nothing changes before the successor accepts"
    after = accept_invitation(STRANGER, token_of(invitation))
    assert roles_held_on(before) == set() and roles_held_on(after) == {"main_contact"}
    assert not Membership.objects.live().filter(pk=before.pk).exists()  # type: ignore[attr-defined]
    actor = acting(after)
    assert not actor.can(ORDER_SECURE_ITEMS)
    with pytest.raises(Refused, match="cannot order numbered forms until"):
        actor.require(ORDER_SECURE_ITEMS)
    with pytest.raises(Refused, match="cannot order numbered forms until"), transaction.atomic():
        invite_user(actor, InviteUser(person=somebody("a@example.org"), roles=["secure_stationery_orderer"]))
    told = OutboxMessage.objects.filter(kind="accounts.main_contact_changed").values_list("recipients", flat=True)
    assert [before.user.email] in list(told)
    SecureQuarantine.objects.update(
        starts_at=timezone.now() - timedelta(days=8), until=timezone.now() - timedelta(days=1)
    )
    assert acting(after).can(ORDER_SECURE_ITEMS)


def test_an_appointment_can_be_taken_back_until_it_is_accepted() -> None:
    before = main_contact()
    office = system_actor("An approved request", GRANT_MEMBERSHIP)
    command = AppointMainContact(person=somebody(), organisation_code=before.organisation.code, case_reference="CA-1")
    invitation = appoint_main_contact(office, command)
    assert cancel_appointment(office, "CA-1") == 1
    with pytest.raises(Conflict), transaction.atomic():
        accept_invitation(STRANGER, token_of(invitation))
    assert roles_held_on(before) == {"main_contact"}


def test_who_was_not_reviewed_for_long_signs_in_but_orders_no_numbered_forms() -> None:
    manager = main_contact()
    orderer = MembershipFactory(organisation=manager.organisation, roles=["secure_stationery_orderer"])
    long_ago = timezone.localdate() - timedelta(days=98)
    Membership.objects.filter(organisation=manager.organisation).update(reviewed_on=long_ago)
    with pytest.raises(Refused, match="review the users"):
        acting(orderer).require(ORDER_SECURE_ITEMS)
    review_users(acting(manager), [orderer.reference], [])
    assert acting(orderer).can(ORDER_SECURE_ITEMS)
    assert acting(manager).can(ORDER_SECURE_ITEMS), "with everybody else reviewed, so is the Main Contact"


def test_the_database_holds_one_main_contact_and_one_waiting_invitation() -> None:
    manager = main_contact()
    other = MembershipFactory(organisation=manager.organisation)
    with pytest.raises(IntegrityError, match="one_main_contact"), transaction.atomic():
        RoleGrant.objects.create(
            membership=other, organisation=manager.organisation, role="main_contact", granted_by_name="x"
        )
    invite_user(acting(manager), InviteUser(person=somebody(), roles=["read_only"]))
    with pytest.raises(InvalidInput, match="invited already"), transaction.atomic():
        invite_user(acting(manager), InviteUser(person=somebody(), roles=["read_only"]))


def test_a_role_of_another_kind_of_organisation_is_refused() -> None:
    manager = main_contact()
    for role in ("support_agent", "commissioner_approver", "nonsense"):
        with pytest.raises((InvalidInput, Refused)), transaction.atomic():
            invite_user(acting(manager), InviteUser(person=somebody(), roles=[role]))
    assert Invitation.objects.count() == 0


def test_somebody_whose_access_ended_gets_no_role() -> None:
    boss = main_contact()
    clerk = MembershipFactory(organisation=boss.organisation, roles=["read_only"])
    deactivate(acting(boss), clerk.reference)
    with pytest.raises(Conflict, match="has ended"), transaction.atomic():
        change_roles(acting(boss), clerk.reference, ["supplies_order_clerk"])
