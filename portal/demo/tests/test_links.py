"""Everybody of the sample data follows every link they are shown, and each leads to a page they may open (R8).

One page of each kind is opened for each person: an address with its references and values left out is its kind.
Seen to fail: staff who only look at the warehouse were led to the pages of those who pick, and were refused there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from portal.demo.load import load
from portal.demo.personas import PERSONAS, Persona

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Where the way of one visitor ends: signing out, and pages that are not the portal's.
_NOT_FOLLOWED = re.compile(r"/(demo|static|account)/|/sign-out/")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#][^"]*)"')
_REFERENCE = re.compile(r"(?<=/)(?=[^/]*[0-9A-Z])[^/]+(?=/)")
FEWEST = 40  # pages that even somebody with few rights comes to


def kind_of(address: str) -> str:
    """The address without its references and without the values asked for."""
    parts = urlsplit(address)
    asked = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return f"{_REFERENCE.sub('*', parts.path)}?{','.join(asked)}"


def walk(client: Client, *starts: str) -> Iterator[tuple[str, str, int]]:
    """(address, page that links to it, status) of a page of each kind that can be reached from ``starts``."""
    known = {kind_of(start) for start in starts}
    to_open = deque((start, "the sign-in") for start in starts)
    while to_open:
        address, came_from = to_open.popleft()
        answer = client.get(address, follow=True)
        yield address, came_from, answer.status_code
        content = answer.getvalue()  # to the end, also of a file: that closes it
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for link in _LINK.findall(content.decode()):
                leads_to = urlsplit(urljoin(answer.request["PATH_INFO"], unescape(link)))
                there = leads_to._replace(fragment="").geturl()
                if not leads_to.netloc and not leads_to.scheme and not _NOT_FOLLOWED.search(there):
                    if (kind := kind_of(there)) not in known:
                        known.add(kind)
                        to_open.append((there, address))


def _starts(persona: Persona) -> list[str]:
    homes = [reverse("contractor:home", kwargs={"code": code}) for code in persona.sites]
    return homes if len(homes) > 1 else [reverse("accounts:select_organisation")]


def test_no_link_leads_to_a_page_that_its_reader_may_not_open() -> None:
    load()
    for persona in PERSONAS:
        client = Client()
        client.post("/demo/", {"persona": persona.key})
        opened = list(walk(client, *_starts(persona)))
        assert [each for each in opened if each[2] != 200] == [], persona.key
        assert len(opened) >= FEWEST, persona.key
