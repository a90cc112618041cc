"""Filling in a guided request page by page, as a browser would: for tests of requests of every kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.foundation.files.tests.making import pdf

NOMINEE = {
    "nominee_title": "Dr",
    "nominee_forename": "Noor",
    "nominee_surname": "Ahmed",
    "nominee_email": "noor.ahmed@example.org",
    "nominee_telephone": "01632 960 555",
}
SENDER = {"sender_name": "Sal Sender", "sender_telephone": "01632 960 123"}
PLACE = {
    "name": "NEW SITE",
    "address_lines": "1 New Street\nNewtown",
    "postcode": "ZZ9 9ZZ",
    "telephone": "01632 960 777",
}

REPORT = {"ods_pdf": pdf(text="ODS report")}


def place(stem: str, **changes: str) -> dict[str, str]:
    """The details of a place as its page is posted."""
    return {f"{stem}_{name}": value for name, value in {**PLACE, **changes}.items()}


def fill_in(client: Client, address: str, pages: Mapping[str, Mapping[str, Any]]) -> str:
    """Answers each page that the request leads to with that step's values; returns the check page's address.

    Fails on a page that the test has no answers for, and on one that refuses its answers.
    """
    for _ in range(20):
        response = client.get(address)
        while response.status_code == 302:
            address = response["Location"]
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        if address.endswith("/check/"):
            return address
        step = re.search(r"/([a-z-]+)/$", address)
        assert step is not None and step[1] in pages, f"the request asks for {address}"
        response = client.post(address, {name: _fresh(value) for name, value in pages[step[1]].items()})
        assert response.status_code == 302, _errors(response.content.decode())
        address = response["Location"]
    raise AssertionError("the request never ends")


def _fresh(value: Any) -> Any:
    """A file can be sent once only."""
    return SimpleUploadedFile("report.pdf", value, "application/pdf") if isinstance(value, bytes) else value


def _errors(page: str) -> list[str]:
    return re.findall(r'href="#id_[^"]*">([^<]*)<', page) or [page[:2000]]
