"""What goes wrong has a page: what happened, what to do, who can help, a link on (R8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from portal.foundation.web import errors
from portal.foundation.web.testing import lint_page


def _unexpected(request: HttpRequest) -> HttpResponse:
    raise ValueError("planted")


def _database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("planted")


def _too_large(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig("planted")


urlpatterns = [
    path("", include("portal.config.urls")),
    path("planted/unexpected/", _unexpected),
    path("planted/database-away/", _database_away),
    path("planted/too-large/", _too_large),
]
handler400 = "portal.foundation.web.errors.bad_request"
handler404 = "portal.foundation.web.errors.not_found"
handler500 = "portal.foundation.web.errors.server_error"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/planted/unexpected/", 500),
        ("/planted/database-away/", 503),
        ("/planted/too-large/", 413),
        ("/no-such-page/", 404),
        ("/o/A99999/no-such-page/", 404),
    ],
)
def test_each_error_has_a_page_with_a_way_on(visitor: Client, address: str, status: int) -> None:
    response = visitor.get(address)  # no database is allowed in this test: the pages need none
    page = response.content.decode()
    assert response.status_code == status
    assert lint_page(page, path=address) == []
    assert "planted" not in page
    assert "What you can do" in page
    assert "Who can help" in page
    assert 'href="/contact/"' in page


@pytest.mark.urls(__name__)
def test_a_database_that_is_away_asks_to_come_back(visitor: Client) -> None:
    assert int(visitor.get("/planted/database-away/")["Retry-After"]) > 0


@pytest.mark.parametrize(
    "build",
    [
        lambda request: errors.bad_request(request, ValueError()),
        lambda request: errors.forbidden(request),
        lambda request: errors.not_found(request),
        lambda request: errors.method_not_allowed(request, ["GET"]),
        lambda request: errors.too_many_requests(request),
        lambda request: errors.csrf_failure(request, "no cookie"),
    ],
)
def test_every_handler_makes_a_page_without_fault(build: Any, rf: RequestFactory) -> None:
    request = rf.get("/some/page/?q=<script>")
    request.csp_nonce = "n"  # type: ignore[attr-defined]
    response = build(request)
    page = response.content.decode()
    assert lint_page(page, path="error") == []
    assert "<script>" not in page
    assert "What you can do" in page


def test_a_post_without_its_secret_gets_the_page_and_its_way_back() -> None:
    response = Client(enforce_csrf_checks=True).post("/help/")
    assert response.status_code == 403
    assert "Open the page again" in response.content.decode()


def test_a_method_that_a_page_does_not_have_is_named(visitor: Client) -> None:
    response = visitor.delete("/help/")
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_a_missing_page_and_a_missing_organisation_look_the_same(visitor: Client) -> None:
    one, other = visitor.get("/no-such-page/"), visitor.get("/help/no-such-question/")
    assert _without_nonce(one) == _without_nonce(other)


def test_an_error_page_that_fails_itself_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> str:
        raise ValueError("planted")

    monkeypatch.setattr(errors, "render_to_string", fail)
    response = errors.unavailable()
    assert (response.status_code, lint_page(response.content.decode(), path="503")) == (503, [])


def _without_nonce(response: Any) -> str:
    page: str = response.content.decode()
    nonce = page.partition('nonce="')[2].partition('"')[0]
    return page.replace(nonce, "") if nonce else page
