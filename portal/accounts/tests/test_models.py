"""What the database itself holds about people and their memberships."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.accounts.models import Membership, RoleGrant, User
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_an_address_belongs_to_one_person_whatever_its_case() -> None:
    UserFactory(email="asha@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="asha@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Asha@example.org")
    assert User.objects.get_by_natural_key("ASHA@Example.org").email == "asha@example.org"


def test_a_person_has_at_least_one_number() -> None:
    UserFactory(telephone="", mobile="07700 900000")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(telephone="", mobile="")


def test_a_membership_does_not_end_before_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(starts_on=DAY, ends_on=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("starts", "ends"), [(DAY, None), (DAY - timedelta(days=9), DAY), (DAY + timedelta(days=5), None)]
)
def test_a_person_is_at_an_organisation_once_at_a_time(starts: date, ends: date | None) -> None:
    first = MembershipFactory(starts_on=DAY, ends_on=DAY + timedelta(days=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(user=first.user, organisation=first.organisation, starts_on=starts, ends_on=ends)


def test_a_person_may_come_back_and_may_be_elsewhere_meanwhile() -> None:
    first = MembershipFactory(starts_on=DAY, ends_on=DAY)
    MembershipFactory(user=first.user, organisation=first.organisation, starts_on=DAY + timedelta(days=1))
    MembershipFactory(user=first.user, starts_on=DAY)
    assert first.user.memberships.count() == 3


def test_an_organisation_has_one_main_contact() -> None:
    organisation = OrganisationFactory()
    first = MembershipFactory(organisation=organisation, roles=["main_contact"])
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(organisation=organisation, roles=["main_contact"])
    RoleGrant.objects.filter(membership=first).update(ended_at="2030-01-01T00:00Z")
    MembershipFactory(organisation=organisation, roles=["main_contact"])


def test_a_role_is_held_once_and_is_in_the_role_table() -> None:
    membership = MembershipFactory(roles=["read_only"])
    for role in ("read_only", "superuser"):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(
                membership=membership, organisation=membership.organisation, role=role, granted_by_name="x"
            )


def test_a_grant_names_its_memberships_own_organisation() -> None:
    membership = MembershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            membership=membership, organisation=OrganisationFactory(), role="read_only", granted_by_name="x"
        )
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_live_memberships_are_those_of_today_and_of_people_who_may_sign_in() -> None:
    live = MembershipFactory(starts_on=DAY, ends_on=DAY)
    MembershipFactory(starts_on=DAY + timedelta(days=1))
    MembershipFactory(starts_on=date(2020, 1, 1), ends_on=DAY - timedelta(days=1))
    MembershipFactory(starts_on=DAY, user=UserFactory(is_active=False))
    assert list(Membership.objects.live(DAY)) == [live]  # type: ignore[attr-defined]
