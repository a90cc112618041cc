"""Journeys: a real Chromium before the real pages. How to write one:

    pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

    def test_a_clerk_orders(visit: Visit) -> None:
        clerk = visit(MembershipFactory(roles=["supplies_order_clerk"]))      # signed in, second factor given
        clerk.go("supplies:catalogue", code=clerk.code)
        clerk.page.get_by_label("How many of Test form").fill("3")            # Playwright's own page
        clerk.press("Add to basket")
        clerk.looks_right("basket")                                            # axe, headings, width; screenshot

``visit(membership, javascript=False)`` is a browser without scripts, ``width=320`` a narrow one; ``visit()`` is
nobody signed in. ``@everywhere`` runs a test with and without scripts, wide and narrow. A script error, a
console error or a missing file on any page fails the test. Screenshots are in ``test-results/journeys``.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from portal.accounts.models import Membership
from portal.accounts.tests.sign_in import sign_in
from portal.demo.browser import find_browser

# Playwright's loop runs in the test's thread, where Django then refuses to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-results" / "journeys"
WIDE, NARROW = 1280, 320
PICTURE_TRIES = 3
PATIENCE = 30_000  # milliseconds; a busy machine takes its time
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Nothing of a test's browser asks the network for anything.
_OPTIONS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--no-first-run", "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
]  # fmt: skip

everywhere = pytest.mark.parametrize(
    ("javascript", "width"),
    [(True, WIDE), (True, NARROW), (False, WIDE), (False, NARROW)],
    ids=["scripts-wide", "scripts-narrow", "plain-wide", "plain-narrow"],
)


class Visitor:
    """Somebody at a browser. ``page`` is Playwright's; ``code`` the code of the organisation they act for."""

    def __init__(self, page: Page, base: str, membership: Membership | None, *, javascript: bool, width: int) -> None:
        self.page = page
        self.base = base
        self.code = membership.organisation.code if membership else ""
        self.javascript = javascript
        self.width = width
        self.troubles: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", self._on_console)
        page.on("response", self._on_response)

    def go(self, name: str, **arguments: str) -> None:
        """Opens a named page, or an address that begins with a slash."""
        address = name if name.startswith("/") else reverse(name, kwargs=arguments or None)
        self.page.goto(self.base + address)

    def press(self, button: str, *, number: int = 0) -> None:
        """Presses a button by the words on it; the first of several unless ``number`` counts on from 0."""
        self.page.get_by_role("button", name=button).nth(number).click()

    def fill_date(self, day: date) -> None:
        """Types the date into the three boxes of the page's only date."""
        for label, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.page.get_by_label(label, exact=True).fill(str(part))

    def follow(self, link: str) -> None:
        """Follows a link by its words."""
        self.page.get_by_role("link", name=link).first.click()

    def heading(self) -> str:
        """The page's h1."""
        return self.page.locator("h1").inner_text()

    def sees(self, text: str) -> None:
        """Waits until the text is on the page; fails after ``PATIENCE``."""
        self.page.get_by_text(text).first.wait_for()

    def looks_right(self, name: str) -> None:
        """No accessibility fault, no sideways scrolling; keeps a screenshot under ``name``."""
        plain = "" if self.javascript else "-plain"
        self.keep_picture(f"{name}-{self.width}{plain}")
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, f"{name} scrolls sideways"
        if self.javascript:  # axe itself is a script
            faults = Axe().run(self.page, options=_RULES)
            assert faults.violations_count == 0, faults.generate_report()

    def keep_picture(self, name: str) -> None:
        """Keeps what is on the screen as a file for people to look at. No test is decided by it.

        A machine that is busy enough makes Chromium give up on a picture ("Unable to capture screenshot"): it gets
        a few tries, and a journey goes on without a picture.
        """
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for _ in range(PICTURE_TRIES):
            try:
                self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
            except PlaywrightError as error:
                warnings.warn(f"No picture of {name}: {error.message.splitlines()[0]}", stacklevel=2)
            else:
                return

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium also reports a page of ours with status 404, 409 or 422; files are checked in _on_response.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _on_response(self, response: Response) -> None:
        page_itself = response.request.resource_type == "document"
        if response.status >= (500 if page_itself else 400):
            self.troubles.append(f"{response.url}: status {response.status}")


Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; each visitor has a context of their own."""
    program = find_browser()
    if program is None:
        pytest.fail("There is no Chromium. bin/test installs one, or run: apt-get install chromium")
    options = [*_OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else _OPTIONS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@pytest.fixture
def visit(live_server: Any, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """``visit(membership, javascript=True, width=1280)`` opens a browser for that person."""
    visitors: list[Visitor] = []

    def open_browser(
        membership: Membership | None = None, *, javascript: bool = True, width: int = WIDE, minutes_ago: float = 0
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, locale="en-GB",
            reduced_motion="reduce",
        )  # fmt: skip
        if membership is not None:
            key = sign_in(Client(), membership.user, minutes_ago=minutes_ago)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        visitors.append(Visitor(context.new_page(), live_server.url, membership, javascript=javascript, width=width))
        return visitors[-1]

    yield open_browser
    for visitor in visitors:
        if getattr(request.node, "failed_in_call", False):
            name = re.sub(r"\W+", "-", request.node.name)
            visitor.keep_picture(f"failed-{name}")
        visitor.page.context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Lets ``visit`` know that the test failed, so that it keeps what was on the screen.

    The traceback is Python's own: for its usual one pytest parses the source, and the parser of Python 3.11 fails
    beneath Playwright's greenlets at times ("AST constructor recursion depth mismatch"), which ends the whole run.
    """
    style, item.config.option.tbstyle = item.config.option.tbstyle, "native"
    try:
        report = yield
    finally:
        item.config.option.tbstyle = style
    if report.when == "call" and report.failed:
        item.failed_in_call = True  # type: ignore[attr-defined]
    return report
