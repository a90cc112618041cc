"""The public pages open without signing in, without a query, and lead on (J1, R8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from portal.home import notices

PAGES = ("/help/", "/contact/", "/accessibility/", "/privacy/", "/cookies/", "/browsers/")


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_needs_no_database(client: Client, address: str) -> None:
    assert Client().get(address).status_code == 200


@pytest.mark.django_db
def test_the_home_page_says_what_it_is_and_how_to_get_in(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "<title>Primary care support portal</title>" in page
    for address in ("/account/login/", "/help/", "/contact/", "/help/save-as-favourite/", "/demo/"):
        assert f'href="{address}"' in page or address == "/demo/"


@pytest.mark.django_db
def test_the_home_page_reads_its_notices_once_a_minute(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    board = notices.NoticeBoard()
    monkeypatch.setattr("portal.home.views.public.BOARD", board)
    with django_assert_num_queries(1):
        Client().get("/")
    with django_assert_num_queries(0):
        Client().get("/")


def test_the_home_page_outlives_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OperationalError("planted")

    monkeypatch.setattr(notices, "_live_and_coming", away)
    assert Client().get("/").status_code == 200


def test_the_portal_is_alive_without_a_database() -> None:
    response = Client().get("/livez")
    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_the_portal_is_ready_when_the_database_is() -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True})


@pytest.mark.django_db
def test_the_portal_is_not_ready_when_a_migration_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'home'")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "lacks migrations" in response.json()["reason"]


def test_the_portal_is_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OperationalError("planted")

    monkeypatch.setattr("portal.home.views.health.connection.cursor", away)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (503, False)
