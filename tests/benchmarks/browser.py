"""A browser without scripts, for benchmarks: keeps cookies, follows redirects, fills in forms."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Form:
    """A form as it came: where it goes, how, and its fields with their values."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> list[str]:
        """The names of its fields."""
        return [name for name, _ in self.fields]

    def filled(self, **values: str) -> Form:
        """The form with these fields set."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return Form(self.action, self.method, [*kept, *values.items()])


@dataclass
class Answer:
    """One answer: where it came from in the end, its status, its body, and how many queries each hop took."""

    address: str
    status: int
    body: str
    queries: list[int]

    def forms(self) -> list[Form]:
        """The forms of the page, in their order."""
        parser = _FormParser()
        parser.feed(self.body)
        return parser.forms


class Browser:
    """One visitor with one connection to a server on this machine."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> Answer:
        """Fetches a page, following redirects."""
        return self._follow("GET", address, None)

    def send(self, form: Form, page: str) -> Answer:
        """Sends a form that stood on ``page``."""
        body = urlencode(form.fields)
        address = urljoin(page, form.action) if form.action else page
        if form.method == "get":
            return self._follow("GET", f"{urlsplit(address).path}?{body}", None)
        return self._follow("POST", address, body)

    def _follow(self, method: str, address: str, body: str | None) -> Answer:
        queries = []
        for _ in range(5):
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            self._connection.request(method, address, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
            queries.append(int(response.headers.get("X-Queries", 0)))
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, _, rest = cookie.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            if response.status not in (301, 302, 303):
                return Answer(address, response.status, text, queries)
            method, body, address = "GET", None, urljoin(address, response.headers["Location"])
        raise RuntimeError(f"Too many redirects at {address}.")


class _FormParser(HTMLParser):
    """Collects forms and the fields a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif self.forms and "name" in values and tag in {"input", "textarea", "select"}:
            if values.get("type") in {"checkbox", "radio", "submit", "button"} and "checked" not in values:
                return
            self.forms[-1].fields.append((values["name"], values.get("value", "")))
