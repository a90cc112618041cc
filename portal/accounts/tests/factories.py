"""People and memberships for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from portal.accounts.models import Membership, RoleGrant, User
from portal.accounts.reference import new_person_reference
from portal.organisations.tests.factories import OrganisationFactory


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person without a password; ``sign_in`` needs none."""

    class Meta:
        model = User

    reference = factory.LazyFunction(lambda: new_person_reference("US"))
    email = factory.Sequence(lambda number: f"person{number}@example.org")
    title = "Dr"
    forename = "Asha"
    surname = factory.Sequence(lambda number: f"Patel{number}")
    telephone = "020 7946 0000"
    password = "!"


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A live membership; ``roles`` are granted on it."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: new_person_reference("ME"))
    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = date(2020, 1, 1)

    @factory.post_generation
    def roles(self: Membership, create: bool, extracted: Any, **kwargs: Any) -> None:  # type: ignore[misc]
        """Grants each role of ``roles=[...]``."""
        for role in extracted or []:
            RoleGrant.objects.create(
                membership=self, organisation_id=self.organisation_id, role=role, granted_by_name="a test"
            )
