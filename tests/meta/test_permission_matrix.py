"""Every address with every role, at one's own place and at another's: the role table decides, and nothing else (R1).

What is expected comes from the view's declared permission and the role table; so a page that forgets its
permission, or a role that gets one too many, shows as a difference here.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in
from portal.foundation.access import OWN_ACCOUNT
from portal.foundation.access.roles import ROLES, permissions_of
from portal.foundation.access.row_security import set_scope
from portal.foundation.web.generated_docs import portal_addresses
from portal.foundation.web.views import PortalView
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory
from portal.records.permissions import VIEW_RECORDS
from tests.meta.world import SENTINEL, World, build_world, close_file

# A page that shows its form again after a refusal goes on, as in production.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]

# What somebody who may gets: the page, the way on, a form with its errors, or why it cannot be done to this thing now.
_ALLOWED = (200, 301, 302, 404, 409, 422)
# Where a rule beside the permission decides, and the sentence that says so.
_OWN_RULES = {
    "o/<code>/requests/withdraw/<reference>/": "Only whoever asked for it",
    "staff/registrations/joining/<reference>/take-back/": "Only whoever proposed it can take it back",
    "o/<code>/levels/records.csv": VIEW_RECORDS.sentence,
    "o/<code>/levels/records.xlsx": VIEW_RECORDS.sentence,
}
_AUDIENCE_OF = {"operator": "staff", "commissioner": "commissioner"}


def _audience(role: str) -> str:
    held_at = ROLES[role].held_at
    return next((audience for place, audience in _AUDIENCE_OF.items() if place in held_at), "contractor")


def _pages(audience: str) -> list[tuple[str, type[PortalView]]]:
    return [(route, view) for route, view in portal_addresses() if view.audience == audience]


def _visitor(organisation: Any, role: str) -> Client:
    client = Client()
    sign_in(client, MembershipFactory(organisation=organisation, roles=[role]).user)
    return client


def _answers(client: Client, address: str) -> list[tuple[int, str]]:
    """Status and text of reading and of sending nothing; each in a savepoint of its own."""
    answers = []
    for method in (client.get, client.post):
        with transaction.atomic():
            response = method(address)
            text = "" if response.streaming else unescape(response.content.decode(errors="replace"))
            answers.append((response.status_code, text))
            if response.streaming:
                close_file(response)
            transaction.set_rollback(True)
        set_scope("system")
    return answers


def _place(world: World, role: str) -> Any:
    """Where a member with this role acts on the world's things."""
    if _audience(role) == "staff":
        return OperatorFactory()
    if _audience(role) == "commissioner":
        return OrganisationFactory(kind="commissioner", contractor_type="", code="QZX")
    if role == "main_contact":  # there is one already: another of the same rights does not exist
        return None
    return world.organisation


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_role_table_decides_about_every_page(role: str) -> None:
    world = build_world()
    place = _place(world, role)
    client = Client()
    if place is None:
        sign_in(client, world.user)
    else:
        client = _visitor(place, role)
    allowed = permissions_of([role]) | {OWN_ACCOUNT.code}
    wrong = {}
    for route, view in _pages(_audience(role)):
        address = world.address(route)
        if _audience(role) == "commissioner":
            address = address.replace(f"/commissioner/{world.organisation.code}/", "/commissioner/QZX/")
        permission = view.permission
        assert permission is not None, route
        for status, text in _answers(client, address):
            refused = status == 403 and permission.sentence in text
            by_rule = status == 403 and _OWN_RULES.get(route, "no rule") in text
            expected = status in _ALLOWED or by_rule if permission.code in allowed else refused
            if status != 405 and not expected:
                wrong[route] = (status, permission.code)
    assert wrong == {}


@pytest.mark.parametrize("role", [role for role in sorted(ROLES) if _audience(role) != "staff"])
def test_no_role_reaches_another_place(role: str) -> None:
    world = build_world()
    elsewhere = OrganisationFactory(
        kind="commissioner" if _audience(role) == "commissioner" else "gp_practice", contractor_type="gp", code="ZQ9"
    )
    client = _visitor(elsewhere, role)
    wrong = {}
    for audience in ("contractor", "staff", "commissioner"):
        for route, _ in _pages(audience):
            for status, text in _answers(client, world.address(route)):
                if status != 404 or SENTINEL in text:
                    wrong[route] = status
    assert wrong == {}
