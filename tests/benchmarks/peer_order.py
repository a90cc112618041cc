"""A visitor of the peer who places one whole order, step by step as its pages lead."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from tests.benchmarks.browser import Answer, Browser, Form
from tests.benchmarks.pages import LINES

_ITEM = re.compile(r"Item \d+")


class CheckoutDidNotFinish(Exception):
    """A step of the peer's checkout answered with something else than the next step."""


class Shopper(Browser):
    """A visitor who counts requests and queries, and who need not follow a redirect."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        super().__init__("127.0.0.1", port)
        self.cookies.update(cookies)
        self.requests = self.queries = 0

    def send_alone(self, form: Form) -> None:
        """Sends a form, and does not fetch what the answer redirects to."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", form.action, urlencode(form.fields), headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 302:
            raise CheckoutDidNotFinish(f"{form.action} answered {response.status} where a redirect was expected.")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self.requests += 1
        self.queries += int(response.headers["X-Queries"])

    def _follow(self, method: str, address: str, body: str | None) -> Answer:
        answer = super()._follow(method, address, body)
        self.requests += len(answer.queries)
        self.queries += sum(answer.queries)
        return answer


def choose(shopper: Shopper) -> list[Form]:
    """The forms of Oscar's catalogue that add an item to the basket."""
    catalogue = shopper.get("/catalogue/")
    forms = [form for form in catalogue.forms() if form.action.startswith("/basket/add/")]
    if catalogue.status != 200 or len(forms) < LINES:
        raise CheckoutDidNotFinish(f"the catalogue answered {catalogue.status} with {len(forms)} items to add.")
    return forms[:LINES]


class PeerOrder:
    """An order in Oscar: catalogue, five items added, basket, address, shipping, payment, preview, thank you."""

    def __init__(self, shopper: Shopper, *, follow_adding: bool) -> None:
        self._shopper = shopper
        self._follow_adding = follow_adding

    def place(self) -> None:
        """Places one order. Raises CheckoutDidNotFinish."""
        for form in choose(self._shopper):
            if self._follow_adding:
                self._shopper.send(form.filled(next="/catalogue/"), "/")  # where a browser's Referer would lead
            else:
                self._shopper.send_alone(form)
        basket = self._shopper.get("/basket/")
        lines = [name for form in basket.forms() for name in form.names() if name.endswith("-quantity")]
        if len(lines) != LINES:
            raise CheckoutDidNotFinish(f"the basket holds {len(lines)} lines and not {LINES}.")
        address = self._expect(self._shopper.get("/checkout/"), "/checkout/shipping-address/")
        # One shipping method and no payment to choose: Oscar redirects through both to the payment's details.
        self._send(address, "address_id", "/checkout/payment-details/")
        preview = self._expect(self._shopper.get("/checkout/preview/"), "/checkout/preview/")
        thanks = self._send(preview, "action", "/checkout/thank-you/")
        named = {item for item in _ITEM.findall(thanks.body) if item in _ITEM.findall(basket.body)}
        if len(named) != LINES:
            raise CheckoutDidNotFinish(f"the confirmation names {len(named)} items and not {LINES}.")

    def _send(self, page: Answer, field: str, wanted: str) -> Answer:
        for form in page.forms():
            if form.method == "post" and field in form.names():
                return self._expect(self._shopper.send(form, page.address), wanted)
        raise CheckoutDidNotFinish(f"{page.address} has no form with {field}.")

    @staticmethod
    def _expect(answer: Answer, wanted: str) -> Answer:
        if answer.status != 200 or answer.address != wanted:
            raise CheckoutDidNotFinish(f"{answer.address} answered {answer.status} instead of {wanted}.")
        return answer
