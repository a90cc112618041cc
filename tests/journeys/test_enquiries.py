"""Asking the operator: signed in, and without an account (J20; F9, F12, F20)."""

from __future__ import annotations

import re

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_f20_a_clerk_asks_and_gets_a_reference(visit: Visit, javascript: bool, width: int) -> None:
    where = OrganisationFactory(contractor_type="gp")
    clerk = visit(
        MembershipFactory(organisation=where, roles=["supplies_order_clerk"]), javascript=javascript, width=width
    )
    clerk.go("enquiries:start", code=clerk.code)
    clerk.looks_right("enquiry-start")
    clerk.follow("Another question about the portal")
    clerk.page.get_by_label("Your question").fill("About patient 943 476 5919")
    clerk.press("Continue")
    clerk.sees("This looks like an NHS number")
    clerk.looks_right("enquiry-nhs-number")
    clerk.page.get_by_label("Your question").fill("Where is the list of branches?")
    clerk.press("Continue")
    clerk.sees("Does one of these answer it?")
    clerk.looks_right("enquiry-answer-first")
    clerk.press("No, send it anyway")
    clerk.sees("Where is the list of branches?")
    clerk.looks_right("enquiry-check")
    clerk.press("Send the enquiry")
    clerk.sees("Your reference is")
    clerk.looks_right("enquiry-sent")
    assert Case.objects.get().details.startswith("Your question")
    clerk.follow("See your enquiry")
    clerk.sees("What you told us")


@everywhere
def test_f20_somebody_without_an_account_asks_by_an_emailed_link(visit: Visit, javascript: bool, width: int) -> None:
    person = visit(javascript=javascript, width=width)
    person.go("home:contact")
    person.follow("Ask us with a form")
    person.looks_right("enquiry-public-start")
    person.follow("Another question about the portal")
    person.page.get_by_label("Your name").fill("Sal Sender")
    person.page.get_by_label("Your e-mail address").fill("sal@example.org")
    person.page.get_by_label("ODS code or name").fill("A12345")
    person.page.get_by_label("Your question").fill("How do we begin?")
    person.looks_right("enquiry-public-form")
    person.press("Continue")
    person.sees("Look into your mailbox")
    assert Case.objects.count() == 0
    link = re.search(r"http://[^/]+(/link/\S+/)", OutboxMessage.objects.get().body)
    assert link is not None
    person.go(link[1])
    person.press("Continue")
    person.press("No, send it anyway")
    person.looks_right("enquiry-public-check")
    person.press("Send the enquiry")
    person.sees("Your reference is")
    person.follow("See your enquiry")
    person.sees("How do we begin?")
    person.looks_right("enquiry-public-own")


def test_f9_a_dental_practice_is_shown_the_dental_team(visit: Visit) -> None:
    where = OrganisationFactory(contractor_type="dental", kind="dental_practice")
    clerk = visit(MembershipFactory(organisation=where, roles=["supplies_order_clerk"]))
    clerk.go("enquiries:start", code=clerk.code)
    clerk.follow("A dental contract")
    clerk.sees("0300 330 1348")
    clerk.looks_right("enquiry-dental")
