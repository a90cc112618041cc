"""Every address, as everybody: signed out, another organisation, no permission, and reading only (P1, R1, R9)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in
from portal.foundation.web.generated_docs import all_patterns, portal_addresses
from portal.foundation.web.views import PortalView
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from tests.meta.world import SENTINEL, World, build_world, close_file, staff_roles

pytestmark = pytest.mark.django_db

# Addresses of other software, which has its own tests: allauth's sign-in pages and static files.
NOT_OURS = ("account/",)
OPERATOR_CODE = "X4S4L"


def _pages(*audiences: str) -> list[tuple[str, type[PortalView]]]:
    return [(route, view) for route, view in portal_addresses() if view.audience in audiences]


@pytest.fixture
def world() -> World:
    return build_world()


def _operator() -> Organisation:
    return Organisation.objects.filter(code=OPERATOR_CODE).first() or OrganisationFactory(
        code=OPERATOR_CODE, kind="operator", contractor_type="", name="The operator"
    )


def _visitor(*, organisation: Any, roles: list[str]) -> Client:
    return _signed_in(MembershipFactory(organisation=organisation, roles=roles).user)


def _signed_in(user: Any) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def test_every_address_leads_to_a_view_that_says_who_may() -> None:
    strangers = [
        address
        for address, pattern in all_patterns(get_resolver().url_patterns)
        if not (
            isinstance(view := getattr(pattern.callback, "view_class", None), type) and issubclass(view, PortalView)
        )
        and not address.startswith(NOT_OURS)
    ]
    assert strangers == []


def test_no_address_holds_an_integer_id() -> None:
    addresses = [address for address, _ in all_patterns(get_resolver().url_patterns)]
    assert [each for each in addresses if "<int:" in each and not each.startswith(NOT_OURS)] == []


def test_somebody_signed_out_is_sent_to_sign_in_from_every_page(world: World) -> None:
    client, wrong = Client(), {}
    for route, _ in _pages("contractor", "staff", "member"):
        for method in (client.get, client.post):
            response = method(world.address(route))
            if response.status_code != 302 or "/account/" not in response["Location"]:
                wrong[route] = response.status_code
    assert wrong == {}


def test_another_organisation_gets_the_answer_of_a_missing_page_everywhere(world: World) -> None:
    attacker = _visitor(organisation=OrganisationFactory(contractor_type="gp"), roles=["main_contact"])
    wrong = {}
    for route, _ in _pages("contractor"):
        for method in (attacker.get, attacker.post):
            response = method(world.address(route))
            if response.status_code != 404 or SENTINEL in response.content.decode():
                wrong[route] = response.status_code
    assert wrong == {}


def test_another_organisations_references_do_not_exist_in_ones_own_pages(world: World) -> None:
    own = OrganisationFactory(contractor_type="gp")
    attacker = _visitor(organisation=own, roles=["main_contact"])
    wrong = {}
    for route, _ in _pages("contractor"):
        if route.count("<") < 2 or "item" in route or "journey" in route or "<enquiry>" in route:
            continue
        address = world.address(route).replace(f"/o/{world.organisation.code}/", f"/o/{own.code}/")
        for method in (attacker.get, attacker.post):
            with transaction.atomic():  # a service that refuses breaks its transaction, and here that is the test's
                response = method(address)
            # 405 says only that the page has no such method, whatever the reference.
            if response.status_code not in {404, 405} or SENTINEL in response.content.decode():
                wrong[route] = response.status_code
    assert wrong == {}


def test_without_its_link_a_request_does_not_exist(world: World) -> None:
    visitors = [Client(), _visitor(organisation=OrganisationFactory(contractor_type="gp"), roles=["main_contact"])]
    wrong = {
        route: response.status_code
        for route, _ in _pages("requester")
        for visitor in visitors
        for response in (visitor.get(world.address(route)), visitor.post(world.address(route)))
        if response.status_code not in {404, 405} or SENTINEL in response.content.decode()
    }
    assert wrong == {}


def test_a_contractor_gets_the_answer_of_a_missing_page_from_every_staff_page(world: World) -> None:
    attacker = _visitor(organisation=OrganisationFactory(contractor_type="gp"), roles=["main_contact"])
    wrong = {
        route: response.status_code
        for route, _ in _pages("staff")
        for response in [attacker.get(world.address(route))]
        if response.status_code != 404
    }
    assert wrong == {}


def test_a_member_without_roles_is_refused_with_a_reason_everywhere(world: World) -> None:
    wrong = {}
    for audience, organisation in (("contractor", world.organisation), ("staff", _operator())):
        visitor = _visitor(organisation=organisation, roles=[])
        for route, _ in _pages(audience):
            response = visitor.get(world.address(route))
            if response.status_code != 403 or "does not let you" not in response.content.decode():
                wrong[route] = response.status_code
    assert wrong == {}


def test_reading_any_page_changes_no_row(world: World) -> None:
    visitors = {
        "contractor": _signed_in(world.user),
        "staff": _visitor(organisation=_operator(), roles=staff_roles()),
        "public": Client(),
    }
    changed, failed = {}, {}
    for audience, client in visitors.items():
        for route, view in _pages(audience):
            address = world.address(route) if audience != "public" else _public(route)
            if address is None:
                continue
            before = _fingerprints()
            response = client.get(address)
            if response.streaming:
                b"".join(response.streaming_content)  # type: ignore[arg-type]
            close_file(response)
            after = _fingerprints()
            difference = {table for table in before if before[table] != after[table]}
            if difference - ({"audit_accessentry", "audit_looksite"} if view.shows_patients else set()):
                changed[route] = difference
            if response.status_code >= 500:
                failed[route] = response.status_code
    assert (changed, failed) == ({}, {})


def test_undeclared_methods_are_refused(world: World) -> None:
    client = _signed_in(world.user)
    wrong = {
        route: response.status_code
        for route, _ in _pages("contractor")
        for response in [client.delete(world.address(route))]
        if response.status_code != 405
    }
    assert wrong == {}


def _public(route: str) -> str | None:
    return None if "<" in route else f"/{route}"


def _fingerprints() -> dict[str, tuple[int, int]]:
    """Table -> number of rows and a hash of them all, for every table of the portal's own."""
    prints = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("portal."):
                table = model._meta.db_table
                cursor.execute("select set_config('portal.scope', 'system', false)")
                cursor.execute(f'select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from "{table}" t')
                prints[table] = cursor.fetchone()
    return prints
