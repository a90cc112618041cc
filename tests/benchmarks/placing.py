"""Bringing an order up to its last step, and that step alone."""

from __future__ import annotations

from tests.benchmarks.browser import Browser, Form
from tests.benchmarks.pages import form_with
from tests.benchmarks.peer_order import Shopper


def prepare_order(browser: Browser, site: str, lines: int, items: list[str] | None = None) -> tuple[Form, str]:
    """Chooses so many items, or those named by code, goes to the check page, and returns its form and address."""
    base = f"/o/{site}/supplies/"
    page = browser.get(base)
    form = form_with(page, "quantity-")
    offered = [name for name in form.names() if name.startswith("quantity-")]
    names = [f"quantity-{code}" for code in items] if items else offered[:lines]
    basket = browser.send(form.filled(**dict.fromkeys(names, "1")), page.address)
    check = browser.get(f"{base}check/") if "/check/" not in basket.address else basket
    return form_with(check, "submission"), check.address


def place_alone(browser: Shopper, form: Form, page: str) -> None:
    """Places it, without looking at the page that the answer leads to."""
    browser.send_alone(Form(form.action or page, form.method, form.fields))
