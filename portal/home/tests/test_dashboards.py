"""The two home pages: what waits first, then the way to what most come for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.foundation.web.cards import Card
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
CARDS = [
    Card(title="On their way", value="3", address="/y"),
    Card(title="Deliveries to confirm", value="1", address="/x", hint="Say what arrived.", needs_action=True),
]


@pytest.fixture(autouse=True)
def _cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.home.views.contractor.contractor_cards", lambda actor: CARDS)
    monkeypatch.setattr("portal.home.views.staff.staff_cards", lambda actor: CARDS)


def test_a_practice_sees_its_records_below_what_waits(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [
        Card(title="Records on their way to you", value="2", address="/r"),
        Card(title="Records to prepare", value="3", address="/p", needs_action=True),
    ]
    monkeypatch.setattr("portal.home.views.contractor.contractor_record_cards", lambda actor: records)
    practice = OrganisationFactory(contractor_type="gp")
    page = sign_in(organisation=practice, roles=["main_contact"]).get(f"/o/{practice.code}/").content.decode()
    order = ["Records to prepare", ">Supplies</h2>", "On their way", ">Records</h2>", "Records on their way to you"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)


def test_a_contractor_sees_first_what_waits(sign_in: SignIn) -> None:
    practice = OrganisationFactory(contractor_type="gp")
    page = sign_in(organisation=practice, roles=["main_contact"]).get(f"/o/{practice.code}/").content.decode()
    assert page.index("Deliveries to confirm") < page.index("On their way")
    assert practice.name.replace("'", "&#39;").replace("&", "&amp;") in page or practice.code in page
    assert f'href="/o/{practice.code}/supplies/' in page


def test_somebody_who_only_reads_is_told_how_to_order(sign_in: SignIn) -> None:
    practice = OrganisationFactory(contractor_type="gp")
    page = sign_in(organisation=practice, roles=["read_only"]).get(f"/o/{practice.code}/").content.decode()
    assert "ask your Main Contact" in page


def test_nothing_waiting_is_said(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.home.views.contractor.contractor_cards", lambda actor: [])
    practice = OrganisationFactory(contractor_type="gp")
    page = sign_in(organisation=practice, roles=["main_contact"]).get(f"/o/{practice.code}/").content.decode()
    assert "Nothing waits for you" in page


def test_a_member_without_a_role_is_told_why_and_where_to_go(sign_in: SignIn) -> None:
    practice = OrganisationFactory(contractor_type="gp")
    response = sign_in(organisation=practice, roles=[]).get(f"/o/{practice.code}/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "does not let you open the home page" in page
    assert f'href="/o/{practice.code}/"' not in page  # it would lead to this page again
    assert 'href="/select-organisation/"' in page


@pytest.mark.parametrize(("role", "edits"), [("service_manager", True), ("support_agent", False)])
def test_staff_see_what_waits_and_what_they_may_do(sign_in: SignIn, role: str, edits: bool) -> None:
    operator = Organisation.objects.filter(code="X4S4L").first() or OrganisationFactory(
        code="X4S4L", kind="operator", contractor_type="", name="The operator"
    )
    page = sign_in(organisation=operator, roles=[role]).get("/staff/").content.decode()
    assert page.index("Deliveries to confirm") < page.index("On their way")
    assert ('href="/staff/notices/"' in page) is edits
    assert ">Staff</strong>" in page
