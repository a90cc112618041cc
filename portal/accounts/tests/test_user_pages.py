"""The pages on which a Main Contact manages users, and the page of an invitation (J12, F10)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Invitation, Membership, User
from portal.accounts.services.change_access import roles_held_on
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
PERSON = {
    "forename": "Noor", "surname": "Ahmed", "email": "noor@example.org", "telephone": "01632 960 001",
    "roles": ["read_only"],
}  # fmt: skip


def manager() -> Membership:
    member: Membership = MembershipFactory(roles=["main_contact"])
    return member


def home(member: Membership) -> str:
    return f"/o/{member.organisation.code}/users/"


def invitation_link() -> str:
    found = re.search(r"http://[^/]+(/invitation/\S+/)", OutboxMessage.objects.latest("id").body)
    assert found is not None
    return found[1]


def test_a_person_is_added_accepts_and_sets_a_password(sign_in: SignIn, client: Client) -> None:
    member = manager()
    added = sign_in(member).post(home(member) + "add/", PERSON)
    assert added["Location"] == home(member) + "?done=invited"
    link = invitation_link()
    page = client.get(link).content.decode()
    assert member.organisation.name in page and "Accept" in page
    assert Invitation.objects.get().state == "waiting", "a mail scanner opens links, too"
    accepted = client.post(link, {"answer": "accept"})
    assert "/account/password/reset/key/" in accepted["Location"]
    assert User.objects.get(email="noor@example.org").memberships.count() == 1
    assert client.get(link).status_code == 404


def test_somebody_known_is_sent_to_sign_in_and_then_accepts(sign_in: SignIn, client: Client) -> None:
    member, known = manager(), MembershipFactory(roles=["read_only"])
    sign_in(member).post(home(member) + "add/", {**PERSON, "email": known.user.email})
    link = invitation_link()
    assert client.post(link, {"answer": "accept"})["Location"].startswith("/account/login/?next=")
    half = sign_in(known, second_factor=False).post(link, {"answer": "accept"})
    assert "/account/second-factor/" in half["Location"]
    sign_in(known).post(link, {"answer": "accept"})
    assert Membership.objects.live().filter(user=known.user).count() == 2  # type: ignore[attr-defined]


def test_a_manager_of_several_sites_chooses_the_site(sign_in: SignIn) -> None:
    first = manager()
    second = MembershipFactory(user=first.user, roles=["main_contact"])
    client = sign_in(first)
    page = client.get(home(first) + "add/").content.decode()
    assert "Organisation and address" in page and second.organisation.name in page
    refused = client.post(home(first) + "add/", PERSON)
    assert refused.status_code == 422 and "Choose the organisation" in refused.content.decode()
    client.post(home(first) + "add/", {**PERSON, "organisation": second.organisation.code})
    assert Invitation.objects.get().organisation == second.organisation


def test_a_site_that_one_does_not_manage_cannot_be_chosen(sign_in: SignIn) -> None:
    first = manager()
    MembershipFactory(user=first.user, roles=["main_contact"])
    foreign = manager()
    refused = sign_in(first).post(home(first) + "add/", {**PERSON, "organisation": foreign.organisation.code})
    assert refused.status_code == 422 and Invitation.objects.count() == 0


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(sign_in: SignIn) -> None:
    member = manager()
    page = sign_in(member).post(home(member) + "add/", {"forename": "Noor", "email": "wrong"})
    text = page.content.decode()
    assert page.status_code == 422
    for sentence in ("Enter surname", "in the right form", "One of the two is enough", "Choose at least one role"):
        assert sentence in text
    assert 'value="Noor"' in text


def test_the_list_filters_exports_and_costs_the_same_however_long(sign_in: SignIn) -> None:
    member = manager()
    clerk = MembershipFactory(organisation=member.organisation, roles=["supplies_order_clerk"])
    client = sign_in(member)
    client.get(home(member))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(home(member))
    for _ in range(20):
        MembershipFactory(organisation=member.organisation, roles=["read_only"])
    with CaptureQueriesContext(connection) as many:
        client.get(home(member))
    assert len(many) == len(few)
    filtered = client.get(home(member) + "?role=supplies_order_clerk").content.decode()
    assert clerk.user.name in filtered and "1 user" in filtered
    exported = b"".join(client.get(home(member) + "export/?role=supplies_order_clerk").streaming_content)
    assert clerk.user.email in exported.decode() and exported.decode().count("\r\n") == 2


def test_roles_end_date_deactivation_and_review_through_their_pages(sign_in: SignIn) -> None:
    member = manager()
    clerk = MembershipFactory(organisation=member.organisation, roles=["read_only"])
    client = sign_in(member)
    person = f"{home(member)}{clerk.reference}/"
    assert client.get(person).status_code == 200
    client.post(person + "roles/", {"roles": ["order_approver"]})
    assert roles_held_on(clerk) == {"order_approver"}
    client.post(person + "end-date/", {"ends_on_day": "1", "ends_on_month": "6", "ends_on_year": "2099"})
    assert Membership.objects.get(pk=clerk.pk).ends_on is not None
    undecided = client.post(home(member) + "review/", {clerk.reference: "later"}, follow=True)
    assert "You can decide later." in undecided.content.decode()
    client.post(home(member) + "review/", {clerk.reference: "keep"})
    client.post(person + "deactivate/")
    assert not Membership.objects.live().filter(pk=clerk.pk).exists()  # type: ignore[attr-defined]
    assert sign_in(clerk).get(f"/o/{member.organisation.code}/").status_code == 404
    client.post(person + "reactivate/", {"roles": ["read_only"]})
    assert Membership.objects.live().filter(user=clerk.user).count() == 1  # type: ignore[attr-defined]


def test_ones_own_page_says_that_nobody_changes_their_own_access(sign_in: SignIn) -> None:
    member = manager()
    page = sign_in(member).get(f"{home(member)}{member.reference}/").content.decode()
    assert "Nobody changes their own access" in page and "ask for another Main Contact" in page


def test_an_invitation_is_sent_again_and_taken_back(sign_in: SignIn, client: Client) -> None:
    member = manager()
    signed_in = sign_in(member)
    signed_in.post(home(member) + "add/", PERSON)
    old, reference = invitation_link(), Invitation.objects.get().reference
    signed_in.post(f"{home(member)}invitations/{reference}/resend/")
    assert client.get(old).status_code == 404 and client.get(invitation_link()).status_code == 200
    signed_in.post(f"{home(member)}invitations/{reference}/cancel/")
    assert client.get(invitation_link()).status_code == 404
