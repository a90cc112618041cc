"""Every form of the portal with hostile strings: no 500, nothing typed is lost, nothing of it is run (R7, trust 3.5).

The forms are found by walking every address as somebody who may use it, so a new form is tested without
being listed. Each text field gets each string; what comes back must be a page, a redirect or a refusal.
So it is with what nobody types: choices, hidden fields and buttons, and whatever an address can ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

import html5lib
import pytest
from django.db import transaction
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in
from portal.foundation.access.row_security import set_scope
from portal.foundation.web.generated_docs import portal_addresses
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from tests.meta.source import production_modules
from tests.meta.world import World, build_world, close_file, staff_roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]

HOSTILE = (
    "<script>alert(1)</script>",
    "' or 1=1 --",
    '=HYPERLINK("http://x")',
    "{{ 7*7 }}{% raise %}",
    "../../../etc/passwd",
    "a\x00b",
    "\u202egnp.exe",
    "𝕏🤷\u200d♀️" * 20,
    "x" * 100_000,
    "-1",
    "1e309",
    "９９９",
    "99999999999999999999",
    "0001-01-01",
    "%s%n%d",
    "\r\nBcc: thief@example.org",
)
# What a program sends where no person types: the database takes no NUL and no such number, "²" is no digit, and no
FORGED = ("a\x00b", "99999999999999999999", "²", "a/b")
_ASKED = re.compile(r"""(?:GET|query|asked)(?:\.get\(|\.getlist\(|\[)["'](\w+)["']""")
_FIELDS = "{http://www.w3.org/1999/xhtml}"


def _signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, user)
    return client


def _forms(html: str, address: str = "") -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """The POST forms of the page at an address: where each goes, and its fields, name -> (kind, value)."""
    for form in html5lib.parse(html).iter(f"{_FIELDS}form"):
        goes_to = urljoin(address, form.get("action", ""))
        if form.get("method") != "post" or goes_to.startswith("/account/"):
            continue
        fields = {}
        for field in form.iter():
            kind = field.tag.removeprefix(_FIELDS) if isinstance(field.tag, str) else ""
            if kind in {"input", "textarea", "select"} and field.get("name"):
                fields[field.get("name")] = (field.get("type") or kind, field.get("value") or "")
        yield goes_to, fields


def _text_fields(fields: dict[str, tuple[str, str]]) -> list[str]:
    return [
        name for name, (kind, _) in fields.items() if kind in {"text", "input", "textarea", "search", "email", "number"}
    ]


def _pages(world: World) -> Iterator[tuple[Client, str]]:
    operator = Organisation.objects.filter(code="X4S4L").first() or OrganisationFactory(
        code="X4S4L", kind="operator", contractor_type="", name="The operator"
    )
    clients = {
        "contractor": _signed_in(world.user),
        "staff": _signed_in(MembershipFactory(organisation=operator, roles=staff_roles()).user),
    }
    for route, view in portal_addresses():
        if view.audience in clients:
            yield clients[view.audience], world.address(route)


def test_no_form_breaks_on_hostile_text_and_typed_text_is_shown_again() -> None:
    world = build_world()
    broken, lost, tried = {}, {}, 0
    for client, address in _pages(world):
        page = client.get(address)
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            close_file(page)
            continue
        for _, fields in _forms(page.content.decode()):
            for text in HOSTILE:
                tried += 1
                names = _text_fields(fields)
                data = {name: text if name in names else value for name, (_, value) in fields.items()}
                set_scope("system")
                answer = _ask(client.post, address, data)
                if answer.status_code >= 500:
                    broken[address] = text[:40]
                elif answer.status_code == 422 and names and not _is_shown(answer.content.decode(), text):
                    lost[address] = text[:40]
    assert tried > 100
    assert (broken, lost) == ({}, {})


def test_nothing_breaks_on_values_that_nobody_types() -> None:
    """Seen to fail: with NoNulMiddleware taken out eleven pages broke on a NUL in the address."""
    broken, tried = set(), 0
    names = sorted({name for path in production_modules() for name in _ASKED.findall(path.read_text())})
    assert len(names) > 30
    for client, address in _pages(build_world()):
        forms = []
        for text in ("", *FORGED):
            set_scope("system")
            page = _ask(client.get, address, dict.fromkeys(names, text) if text else {})
            close_file(page)
            if page.status_code >= 500:
                broken.add(f"GET {address} {text[:10]!r}")
            if not text and page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                forms = list(_forms(page.content.decode(), address))
        for goes_to, fields in forms:
            for text in FORGED:
                tried += 1
                set_scope("system")
                if _ask(client.post, goes_to, dict.fromkeys(fields, text)).status_code >= 500:
                    broken.add(f"POST {goes_to} {text[:10]!r}")
    assert tried > 100
    assert broken == set()


def _ask(method: Any, address: str, data: dict[str, str]) -> Any:
    """Asks, and takes back whatever that did, so that every string meets the same world."""
    try:
        with transaction.atomic():
            answer = method(address, data)
            raise _TakeBack
    except _TakeBack:
        return answer


class _TakeBack(Exception):
    """Ends the savepoint."""


def _is_shown(html: str, text: str) -> bool:
    """Whether the typed text stands on the page, as far as HTML can hold it; a scanner's field is always empty."""
    if "Scan or type" in html:
        return True
    printable = text.replace("\x00", "").strip()
    return printable[:50] in unescape(html) or "\x00" in text or text.startswith("\r")
