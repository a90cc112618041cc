"""Giving access and taking it away, as a service and from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.management.commands.member import Command
from portal.accounts.models import Membership, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.grant_membership import GrantMembership, Person, end_membership, grant_membership
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import InvalidInput, NotFound, Refused
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
ACTOR = system_actor("a test", GRANT_MEMBERSHIP)
ASHA = Person(email="Asha@Example.org", title="Dr", forename="Asha", surname="Patel", telephone="01632 960000")


def _grant(code: str, *roles: str, person: Person = ASHA, **dates: Any) -> Membership:
    return grant_membership(ACTOR, GrantMembership(person=person, organisation_code=code, roles=list(roles), **dates))


def test_a_new_person_is_added_with_a_membership_and_its_roles() -> None:
    membership = _grant(OrganisationFactory().code, "supplies_order_clerk", "order_approver")
    assert (membership.user.email, membership.user.name) == ("asha@example.org", "Dr Asha Patel")
    assert not membership.user.has_usable_password()
    assert sorted(membership.grants.values_list("role", flat=True)) == ["order_approver", "supplies_order_clerk"]
    assert list(AuditEvent.objects.order_by("id").values_list("type", flat=True)) == [
        "accounts.user_added",
        "accounts.membership_granted",
    ]


def test_a_person_who_is_known_gets_a_further_membership_with_the_same_sign_in() -> None:
    first = _grant(OrganisationFactory().code, "read_only")
    second = _grant(OrganisationFactory().code, "read_only")
    assert first.user == second.user and User.objects.count() == 1


def test_giving_the_same_twice_changes_nothing() -> None:
    code = OrganisationFactory().code
    _grant(code, "read_only")
    events = AuditEvent.objects.count()
    _grant(code, "read_only")
    assert (Membership.objects.count(), AuditEvent.objects.count()) == (1, events)


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ([], "at least one role"),
        (["king"], "There is no role king"),
        (["warehouse_operator"], "cannot be held at"),
    ],
)
def test_a_role_that_cannot_be_held_there_is_refused(roles: list[str], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence), transaction.atomic():
        _grant(OrganisationFactory().code, *roles)
    assert not User.objects.exists()


def test_a_second_main_contact_is_refused_in_words() -> None:
    organisation = OrganisationFactory()
    MembershipFactory(organisation=organisation, roles=["main_contact"])
    with pytest.raises(InvalidInput, match="has a Main Contact already"), transaction.atomic():
        _grant(organisation.code, "main_contact")


@pytest.mark.parametrize("missing", ["forename", "surname", "telephone"])
def test_a_new_person_without_the_details_is_refused(missing: str) -> None:
    details = {"forename": "Asha", "surname": "Patel", "telephone": "1", missing: " "}
    with pytest.raises(InvalidInput, match="Give"), transaction.atomic():
        _grant(OrganisationFactory().code, "read_only", person=Person(email="a@example.org", **details))


def test_an_unknown_organisation_and_a_person_without_the_right() -> None:
    with pytest.raises(NotFound), transaction.atomic():
        _grant("NOWHERE", "read_only")
    with pytest.raises(Refused):
        end_membership(system_actor("nobody"), "ME-1")


def test_an_ended_membership_gives_nothing_from_that_moment_and_others_stay() -> None:
    first = _grant(OrganisationFactory().code, "read_only")
    second = _grant(OrganisationFactory().code, "read_only")
    end_membership(ACTOR, first.reference)
    live: Any = Membership.objects.live()  # type: ignore[attr-defined]
    assert list(live) == [second]
    assert not first.grants.filter(ended_at=None).exists()


def test_what_happened_is_kept_in_words() -> None:
    organisation = OrganisationFactory(name="Elm Tree Surgery")
    end_membership(ACTOR, _grant(organisation.code, "read_only").reference)
    events = AuditEvent.objects.filter(organisation_id=organisation.id).order_by("id")
    assert [(event.type, event.payload["name"], event.payload["organisation"]) for event in events] == [
        ("accounts.membership_granted", "Dr Asha Patel", "Elm Tree Surgery"),
        ("accounts.membership_ended", "Dr Asha Patel", "Elm Tree Surgery"),
    ]


def test_ending_twice_changes_nothing_the_second_time() -> None:
    membership = _grant(OrganisationFactory().code, "read_only")
    end_membership(ACTOR, membership.reference)
    events = AuditEvent.objects.count()
    end_membership(ACTOR, membership.reference)
    assert AuditEvent.objects.count() == events
    with pytest.raises(NotFound), transaction.atomic():
        end_membership(ACTOR, "ME-unknown")


def test_access_can_be_given_and_ended_several_times_on_one_day() -> None:
    code = OrganisationFactory().code
    for _ in range(3):
        membership = _grant(code, "main_contact")
        assert membership.is_live(timezone.localdate())
        end_membership(ACTOR, membership.reference)
    assert Membership.objects.count() == 3
    assert not Membership.objects.live().exists()  # type: ignore[attr-defined]


def test_access_that_has_not_begun_can_be_ended() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    code = OrganisationFactory().code
    end_membership(ACTOR, _grant(code, "read_only").reference)
    end_membership(ACTOR, _grant(code, "read_only", starts_on=tomorrow).reference)
    assert not Membership.objects.live(tomorrow).exists()  # type: ignore[attr-defined]


def test_a_role_named_twice_is_given_once() -> None:
    assert _grant(OrganisationFactory().code, "read_only", "read_only").grants.count() == 1


def test_days_that_are_wrong_or_taken_are_refused_in_words() -> None:
    code, today = OrganisationFactory().code, timezone.localdate()
    with pytest.raises(InvalidInput, match="must not be before the first"), transaction.atomic():
        _grant(code, "read_only", ends_on=today - timedelta(days=1))
    _grant(code, "read_only", starts_on=today + timedelta(days=7))
    with pytest.raises(InvalidInput, match="some of these days already"), transaction.atomic():
        _grant(code, "read_only")
    _grant(code, "read_only", ends_on=today + timedelta(days=6))
    assert Membership.objects.count() == 2


def test_a_closed_account_is_given_nothing() -> None:
    member = MembershipFactory(user=UserFactory(is_active=False))
    with pytest.raises(InvalidInput, match="is closed"), transaction.atomic():
        _grant(member.organisation.code, "read_only", person=Person(email=member.user.email, forename="", surname=""))


def _command(*words: str) -> Any:
    out = StringIO()
    call_command("member", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_adds_lists_and_ends() -> None:
    code = OrganisationFactory().code
    details = ["--forename", "Pat", "--surname", "Lee", "--telephone", "01632 960000"]
    added = _command("add", "pat@example.org", code, "--role", "main_contact", *details)[0]
    assert added["roles"] == "main_contact" and "/password/reset/key/" in added["set a password at"]
    assert [each["email"] for each in _command("list", code)] == ["pat@example.org"]
    _command("end", added["membership"])
    assert _command("list", code) == []


def test_the_commands_password_link_works_once(client: Client) -> None:
    UserFactory(email="pat@example.org")
    link = _command("add", "pat@example.org", OrganisationFactory().code, "--role", "read_only")[0]["set a password at"]
    path = link.partition("8000")[2]
    page = client.get(path, follow=True)
    assert "Set a new password" in page.content.decode()
    password = "purple lantern giraffe 9"
    client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})
    assert User.objects.get(email="pat@example.org").check_password(password)
    assert "This link does not work" in Client().get(path, follow=True).content.decode()


def test_the_command_says_in_words_why_it_refuses() -> None:
    with pytest.raises(CommandError, match="no organisation with the code NOWHERE") as refused:
        _command("add", "pat@example.org", "NOWHERE", "--role", "read_only")
    assert refused.value.returncode == 1


def test_the_command_answers_wrong_words_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["portal", "member", "add", "pat@example.org"])
    assert left.value.code == 2
    assert "--role" in capsys.readouterr().err


def test_the_command_prints_lines_for_people_unless_asked_for_json() -> None:
    member = MembershipFactory(roles=["read_only"])
    out = StringIO()
    call_command("member", "list", member.organisation.code.lower(), stdout=out)
    assert f"email: {member.user.email}\n" in out.getvalue() and "roles: read_only\n" in out.getvalue()
