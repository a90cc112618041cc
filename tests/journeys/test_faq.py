"""The questions people ask, answered by doing: one journey for each that has none elsewhere (docs/faq.md)."""

from __future__ import annotations

import re

import pytest

from portal.accounts.models import Invitation
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import ChangeRequest
from portal.casework.tests.asking import practice
from portal.foundation.files.tests.making import pdf
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import Order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": pdf(text="ODS report")}


def _mailed(kind: str) -> str:
    """The path in the newest e-mail of that kind."""
    found = re.search(r"http://[^/]+(/\S+/)", OutboxMessage.objects.filter(kind=kind).latest("id").body)
    assert found is not None
    return found[1]


def _fill(visitor: Visitor, **fields: str) -> None:
    for name, value in fields.items():
        visitor.page.locator(f"[name={name}]").fill(value)
    visitor.press("Save and continue")


def _describe(visitor: Visitor, forename: str, email: str) -> None:
    """Somebody who is to be added as a user."""
    person = {"forename": forename, "surname": "Person", "email": email, "telephone": "01632 960 001"}
    for name, value in person.items():
        visitor.page.locator(f"[name={name}]").fill(value)


def _choose(visitor: Visitor, label: str) -> None:
    visitor.page.get_by_label(label, exact=True).check()
    visitor.press("Save and continue")


def _nominate(visitor: Visitor) -> None:
    _fill(
        visitor,
        nominee_title="Dr",
        nominee_forename="Noor",
        nominee_surname="Ahmed",
        nominee_email="noor.ahmed@example.org",
        nominee_telephone="01632 960 555",
    )


def test_f1_what_the_portal_is(visit: Visit) -> None:
    visitor = visit()
    visitor.go("home:home")
    visitor.follow("Help")
    visitor.follow("What is this portal for?")
    visitor.sees("prescription pads")


def test_f2_f3_what_is_there_and_what_comes_later(visit: Visit) -> None:
    visitor = visit()
    visitor.go("home:help_page", slug="track-patient-records")
    visitor.sees("Sign in and open Records.")
    visitor.go("home:help_page", slug="future-services")
    visitor.sees("pensions")


def test_f4_f5_favourites_and_browsers(visit: Visit) -> None:
    visitor = visit(javascript=False)
    visitor.go("home:help_page", slug="save-as-favourite")
    visitor.looks_right("faq-favourite")
    visitor.go("home:browsers")
    visitor.looks_right("faq-browsers")


@everywhere
def test_f6_one_sign_in_reaches_a_second_practice(visit: Visit, javascript: bool, width: int) -> None:
    locum = MembershipFactory(roles=["supplies_order_clerk"])
    manager = MembershipFactory(organisation=OrganisationFactory(name="SECOND SURGERY"), roles=["main_contact"])
    boss = visit(manager, javascript=javascript, width=width)
    boss.go("users:list", code=boss.code)
    boss.looks_right("users")
    boss.press("Add a user")
    for name, value in {
        "forename": "Lo",
        "surname": "Cum",
        "email": locum.user.email,
        "telephone": "01632960001",
    }.items():
        boss.page.locator(f"[name={name}]").fill(value)
    boss.page.get_by_label("Supplies Order Clerk").check()
    boss.looks_right("user-add")
    boss.press("Send the invitation")
    boss.sees(locum.user.email)
    boss.looks_right("users-with-an-invitation")
    reader = visit(locum, javascript=javascript, width=width)
    invitation = Invitation.objects.get()
    body = OutboxMessage.objects.filter(about=invitation.reference).latest("id").body
    path = re.search(r"http://[^/]+(/invitation/\S+/)", body)
    assert path is not None
    reader.go(path[1])
    reader.looks_right("invitation")
    reader.press("Accept")
    reader.sees("Select Organisation and Address")
    assert "SECOND SURGERY" in reader.page.content()


@everywhere
def test_f7_f13_somebody_without_an_account_asks_to_become_main_contact(
    visit: Visit, javascript: bool, width: int
) -> None:
    OrganisationFactory(code="FZZ99", kind="pharmacy", contractor_type="pharmacy", name="CORNER PHARMACY")
    person = visit(javascript=javascript, width=width)
    person.go("home:help_page", slug="become-main-contact")
    person.follow("ask us in a guided request")
    person.looks_right("requests-public-start")
    person.follow("Change the Main Contact")
    person.page.get_by_label("Your name").fill("Noor Ahmed")
    person.page.get_by_label("Your e-mail address").fill("noor.ahmed@example.org")
    person.looks_right("request-begin")
    person.page.get_by_role("button").last.click()
    person.sees("mailbox")
    person.go(_mailed("casework.draft_started"))
    person.press("Continue")
    person.looks_right("request-step-you")
    _fill(person, sender_name="Noor Ahmed", sender_telephone="01632 960 555")
    _fill(person, practice_code="fzz99")
    person.sees("The practice's details")
    assert person.page.locator("[name=practice_name]").input_value() == "CORNER PHARMACY"
    person.press("Save and continue")
    person.page.get_by_role("radio").first.check()
    person.press("Save and continue")
    person.page.get_by_role("radio").last.check()
    person.press("Save and continue")
    person.page.get_by_role("radio").first.check()
    person.press("Save and continue")
    _nominate(person)
    person.looks_right("request-check")
    person.press("Send the request")
    person.sees("What happens next")
    person.looks_right("request-sent")
    request = ChangeRequest.objects.get()
    assert (request.kind, request.subject_code, request.state) == ("main_contact", "", "verifying")


def test_f10_a_main_contact_of_two_sites_says_which(visit: Visit) -> None:
    first = MembershipFactory(organisation=OrganisationFactory(name="FIRST SURGERY"), roles=["main_contact"])
    second = MembershipFactory(
        user=first.user, organisation=OrganisationFactory(name="SECOND SURGERY"), roles=["main_contact"]
    )
    boss = visit(first)
    boss.go("users:add", code=boss.code)
    for name, value in {
        "forename": "New",
        "surname": "User",
        "email": "new@example.org",
        "telephone": "01632960001",
    }.items():
        boss.page.locator(f"[name={name}]").fill(value)
    boss.page.get_by_label("Read Only").check()
    boss.page.get_by_label("Organisation and address").select_option(second.organisation.code)
    boss.press("Send the invitation")
    boss.sees("new@example.org")
    assert Invitation.objects.get().organisation == second.organisation


def test_f11_everybody_sees_who_the_main_contact_is(visit: Visit) -> None:
    manager = MembershipFactory(roles=["main_contact"])
    reader = visit(MembershipFactory(organisation=manager.organisation, roles=["read_only"]))
    reader.go("requests:start", code=reader.code)
    reader.sees(f"Your Main Contact is {manager.user.name}")


def test_f14_an_ods_code_is_explained_where_it_is_asked_for(visit: Visit) -> None:
    boss = visit(practice())
    boss.go("requests:begin", code="Z12345", journey="new_branch")
    boss.page.get_by_role("button").last.click()
    _fill(boss, sender_name="Asha Patel", sender_telephone="01632 960 555")
    boss.press("Save and continue")
    boss.follow("Help about this page")
    boss.follow("ODS code")
    boss.sees("Ask the ODS team")


def test_f15_a_new_pharmacy_is_asked_for_with_its_ods_report(visit: Visit) -> None:
    boss = visit(practice())
    boss.go("requests:begin", code="Z12345", journey="new_site")
    boss.page.get_by_role("button").last.click()
    _fill(boss, sender_name="Asha Patel", sender_telephone="01632 960 555")
    _choose(boss, "Pharmacy")
    _fill(boss, site_code="FZZ99")
    boss.sees("The directory does not know this code yet.")
    boss.looks_right("request-ods-report")
    boss.press("Save and continue")
    boss.sees("Choose the PDF report")
    boss.page.locator("[name=ods_pdf]").set_input_files(REPORT)  # type: ignore[arg-type]
    boss.press("Save and continue")
    _fill(
        boss,
        site_name="NEW PHARMACY",
        site_address_lines="1 New Street",
        site_postcode="ZZ9 9ZZ",
        site_telephone="01632 960 777",
    )
    _nominate(boss)
    boss.page.get_by_role("radio").last.check()
    boss.press("Save and continue")
    boss.sees("report.pdf")
    boss.press("Send the request")
    boss.sees("What happens next")
    assert ChangeRequest.objects.get().case.attachments.count() == 1


def test_f16_a_main_contact_asks_for_a_further_site(visit: Visit) -> None:
    boss = visit(practice())
    OrganisationFactory(code="Z54321", name="FURTHER SURGERY")
    boss.go("requests:begin", code="Z12345", journey="extend_main_contact")
    boss.page.get_by_role("button").last.click()
    _fill(boss, sender_name="Asha Patel", sender_telephone="01632 960 555")
    boss.press("Save and continue")
    _nominate(boss)
    _choose(boss, "GP practice")
    _fill(boss, site_code="Z54321")
    assert boss.page.locator("[name=site_name]").input_value() == "FURTHER SURGERY"
    boss.press("Save and continue")
    boss.press("Send the request")
    boss.sees("What happens next")
    assert ChangeRequest.objects.get().subject_code == "Z54321"


def test_f17_the_site_chosen_is_the_site_delivered_to(visit: Visit) -> None:
    main = OrganisationFactory(name="MAIN SURGERY", address_lines=["1 MAIN STREET"])
    branch = OrganisationFactory(
        name="BRANCH SURGERY", kind="gp_branch", parent=main, address_lines=["2 BRANCH STREET"]
    )
    membership = MembershipFactory(organisation=main, roles=["supplies_order_clerk"])
    MembershipFactory(user=membership.user, organisation=branch, roles=["supplies_order_clerk"])
    StockLevelFactory(item=CatalogueItemFactory(name="Test form"), on_hand=50)
    clerk = visit(membership)
    clerk.go("accounts:select_organisation")
    clerk.page.locator("select").select_option(branch.code)
    clerk.page.get_by_role("main").get_by_role("button").last.click()
    clerk.follow("Order supplies")
    clerk.page.get_by_label("How many of Test form").fill("2")
    clerk.press("Add to basket")
    clerk.press("Continue to check your order")
    clerk.sees("2 BRANCH STREET")
    clerk.press("Place order")
    clerk.page.wait_for_url(re.compile(r"/orders/SO-"))
    assert Order.objects.get().delivery_lines == ["2 BRANCH STREET"]


def test_f18_the_next_free_branch_code_is_offered(visit: Visit) -> None:
    member = practice()
    OrganisationFactory(code="Z12345001", kind="gp_branch", parent=member.organisation)
    boss = visit(member)
    boss.go("requests:begin", code="Z12345", journey="new_branch")
    boss.page.get_by_role("button").last.click()
    _fill(boss, sender_name="Asha Patel", sender_telephone="01632 960 555")
    boss.press("Save and continue")
    assert boss.page.locator("[name=site_code]").input_value() == "Z12345002"
    boss.looks_right("request-branch-code")


def test_f19_a_merger_names_every_practice(visit: Visit) -> None:
    member, neighbour = practice(), practice("Z77777", name="NEIGHBOUR SURGERY")
    boss = visit(member)
    boss.go("requests:begin", code="Z12345", journey="merger")
    boss.page.get_by_role("button").last.click()
    _fill(boss, sender_name="Asha Patel", sender_telephone="01632 960 555")
    _fill(boss, code_1="Z77777")
    _fill(boss, effective_on_day="1", effective_on_month="3", effective_on_year="2030")
    boss.sees("Check your answers")
    boss.looks_right("request-merger-check")
    boss.press("Send the request")
    boss.sees("What happens next")
    told = OutboxMessage.objects.filter(kind="casework.somebody_asks")
    assert [neighbour.user.email] in list(told.values_list("recipients", flat=True))
