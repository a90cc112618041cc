"""Signing in as people do it: password and code, a passkey, an organisation to choose, a fresh second factor."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import expect

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.demo.second_factor import current_code, give_second_factor
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine, Order
from portal.supplies.tests.factories import SecureItemFactory, StockLevelFactory
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "purple lantern giraffe 9"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()  # all journeys come from one address, and its wrong passwords are counted


def _person(*, app: bool = True, roles: tuple[str, ...] = ("read_only",)) -> Membership:
    """Somebody with a password and, unless ``app`` is false, an authenticator app."""
    membership: Membership = MembershipFactory(roles=list(roles))
    membership.user.set_password(PASSWORD)
    membership.user.save()
    if app:
        give_second_factor(membership.user)
    return membership


def _give_password(visitor: Visitor, person: Membership, password: str = PASSWORD) -> None:
    visitor.page.get_by_label("E-mail address", exact=True).fill(person.user.email)
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def _code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _give_device(visitor: Visitor) -> None:
    """A device that keeps passkeys and whose owner always confirms; Chromium plays it (WebAuthn over CDP)."""
    browser = visitor.page.context.new_cdp_session(visitor.page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@everywhere
def test_a_password_and_a_code_lead_back_to_the_page_that_was_asked_for(
    visit: Visit, javascript: bool, width: int
) -> None:
    person = _person()
    visitor = visit(javascript=javascript, width=width)
    visitor.go("contractor:home", code=person.organisation.code)
    assert visitor.heading() == "Sign in"
    visitor.looks_right("sign-in")
    _give_password(visitor, person, "not the right one")
    expect(visitor.page).to_have_title(re.compile("^Error: Sign in - "))
    visitor.looks_right("sign-in-with-an-error")
    _give_password(visitor, person)

    assert visitor.heading() == "Enter your second factor"
    visitor.looks_right("second-factor")
    visitor.page.get_by_label("Code", exact=True).fill("000000")
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(visitor.page).to_have_title(re.compile("^Error: Enter your second factor - "))
    visitor.page.get_by_label("Code", exact=True).fill(current_code(person.user))
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()

    visitor.page.wait_for_url(re.compile(f"/o/{person.organisation.code}/$"))
    visitor.press("Sign out")
    visitor.go("contractor:home", code=person.organisation.code)
    assert visitor.heading() == "Sign in"


@everywhere
def test_a_new_person_sets_up_an_app_and_gets_recovery_codes(visit: Visit, javascript: bool, width: int) -> None:
    person = _person(app=False)
    visitor = visit(javascript=javascript, width=width)
    visitor.go("account_login")
    _give_password(visitor, person)
    assert visitor.heading() == "Your second factors"
    visitor.looks_right("second-factors-to-set-up")
    visitor.page.get_by_text("Set up an authenticator app").click()
    visitor.looks_right("set-up-an-app")
    visitor.page.get_by_role("button", name="Finish").click()
    expect(visitor.page).to_have_title(re.compile("^Error: Set up an authenticator app - "))
    secret = visitor.page.locator("code.portal-key").inner_text()
    visitor.page.get_by_label("Authenticator code").fill(_code_of(secret))
    visitor.press("Finish")

    assert visitor.heading() == "Your recovery codes"
    visitor.looks_right("recovery-codes")
    assert visitor.page.locator(".portal-codes li").count() == 10
    visitor.follow("Go on to your organisations")
    visitor.page.wait_for_url(re.compile(f"/o/{person.organisation.code}/$"))


@pytest.mark.parametrize("width", [1280, 320])
def test_a_passkey_is_added_and_signs_in_by_itself(visit: Visit, width: int) -> None:
    person = _person(app=False)
    visitor = visit(width=width)
    assert "//localhost:" in visitor.base  # a browser gives passkeys to localhost, but not to 127.0.0.1
    _give_device(visitor)
    visitor.go("account_login")
    _give_password(visitor, person)
    visitor.page.get_by_text("Add a passkey").click()
    visitor.looks_right("add-a-passkey")
    visitor.page.get_by_label("Name of the passkey").fill("The laptop at reception")
    visitor.page.get_by_label("Sign in with it alone").check()
    visitor.press("Add")
    visitor.page.wait_for_url(re.compile("recovery-codes"))
    assert Authenticator.objects.filter(user=person.user, type="webauthn").count() == 1
    visitor.go("mfa_list_webauthn")
    visitor.sees("The laptop at reception")
    visitor.looks_right("passkeys")
    visitor.press("Sign out")

    visitor.go("contractor:home", code=person.organisation.code)
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(re.compile(f"/o/{person.organisation.code}/$"))
    visitor.sees(person.organisation.name)


def test_a_passkey_is_a_second_factor_after_the_password(visit: Visit) -> None:
    person = _person(app=False)
    visitor = visit()
    _give_device(visitor)
    visitor.go("account_login")
    _give_password(visitor, person)
    visitor.page.get_by_text("Add a passkey").click()
    visitor.press("Add")
    visitor.page.wait_for_url(re.compile("recovery-codes"))
    visitor.press("Sign out")
    visitor.go("account_login")
    _give_password(visitor, person)
    assert visitor.heading() == "Enter your second factor"
    visitor.press("Use a passkey or security key")
    visitor.page.wait_for_url(re.compile(f"/o/{person.organisation.code}/$"))


@everywhere
def test_somebody_at_several_sites_chooses_one(visit: Visit, javascript: bool, width: int) -> None:
    person = _person()
    branch = OrganisationFactory(name="ELM TREE SURGERY, HARBOUR BRANCH")
    MembershipFactory(user=person.user, organisation=branch, roles=["read_only"])
    visitor = visit(person, javascript=javascript, width=width)
    visitor.go("accounts:select_organisation")
    assert visitor.heading() == "Choose an organisation"
    visitor.looks_right("select-organisation")
    choice = visitor.page.get_by_label("Select Organisation and Address")
    choice.select_option(label=f"{branch.name} ({branch.code}), " + ", ".join(branch.address))
    visitor.press("Update")
    assert visitor.page.url.endswith(f"/o/{branch.code}/")
    visitor.sees(branch.name)
    visitor.follow("Your account")
    visitor.looks_right("your-account")


@everywhere
def test_a_secure_order_asks_for_a_fresh_code_and_keeps_the_basket(visit: Visit, javascript: bool, width: int) -> None:
    person = _person(roles=("secure_stationery_orderer",))
    pads = SecureItemFactory(code="FP10SS", name="FP10SS form", approval_required=True)
    StockLevelFactory(item=pads, on_hand=50)
    visitor = visit(person, javascript=javascript, width=width, minutes_ago=20)
    visitor.go("supplies:item", code=visitor.code, item_code="FP10SS")
    visitor.page.get_by_label("How many").fill("2")
    visitor.press("Add to basket")
    visitor.press("Continue to check your order")

    assert visitor.heading() == "Confirm it is you"
    visitor.sees("Nothing you have done is lost.")
    visitor.page.get_by_label("Code", exact=True).fill("000000")
    visitor.press("Confirm")
    expect(visitor.page).to_have_title(re.compile("^Error: Confirm it is you - "))
    visitor.looks_right("confirm-with-an-error")
    assert BasketLine.objects.get().quantity == 2
    visitor.page.get_by_label("Code", exact=True).fill(current_code(person.user))
    visitor.press("Confirm")

    assert visitor.heading() == "Check your order"
    visitor.press("Place order")
    visitor.page.wait_for_url(re.compile(r"/orders/SO-"))
    assert Order.objects.get().lines.get().quantity == 2


def test_a_forgotten_password_page_says_what_comes_next(visit: Visit) -> None:
    for width in (1280, 320):
        visitor = visit(width=width)
        visitor.go("account_login")
        visitor.follow("I have forgotten my password")
        visitor.looks_right("reset-password")
        visitor.page.get_by_label("E-mail address", exact=True).fill("nobody@example.org")
        visitor.press("Send me a link")
        assert visitor.heading() == "Check your e-mail"
        visitor.looks_right("reset-password-sent")
