"""What a button sends beside its form, and an address with a NUL in it."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.foundation.web.middleware import NoNulMiddleware
from portal.foundation.web.posted import LONGEST, posted, posted_all


@pytest.mark.parametrize(
    ("sent", "read"), [("LEEDS", "LEEDS"), ("a\x00b", "ab"), ("\x00", ""), ("x" * 1000, "x" * LONGEST)]
)
def test_a_hidden_field_is_read_without_what_no_text_may_hold(sent: str, read: str) -> None:
    assert posted(RequestFactory().post("/", {"store": sent}), "store") == read
    assert posted(RequestFactory().post("/", {"store": sent}), "shelf") == ""
    assert posted_all(RequestFactory().post("/", {"store": [sent, "2"]}), "store") == [read, "2"]


def _asked(request: HttpRequest) -> HttpResponse:
    return HttpResponse(repr(dict(request.GET.items())))


@pytest.mark.parametrize("query", ["q=a%00b", "q=a%%0000b", "q=a%%%000000b%00"])
def test_an_address_is_read_without_nuls(query: str) -> None:
    answer = NoNulMiddleware(_asked)(RequestFactory().get(f"/?{query}"))
    assert answer.content == b"{'q': 'ab'}"


def test_no_page_has_a_nul_in_its_name() -> None:
    with pytest.raises(Http404):
        NoNulMiddleware(_asked)(RequestFactory().get("/o/a%00b/"))
