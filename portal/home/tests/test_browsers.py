"""Dated browsers: refused, advised, or let in without a word (J2, F5)."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.foundation.web.testing import lint_page
from portal.home.browsers import judge

pytestmark = pytest.mark.django_db

IE6 = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"
IE7 = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)"
IE8 = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)"
IE8_AS_7 = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/4.0)"
IE11 = "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"
OLD_CHROME = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/49.0.2623.112 Safari/537.36"
EDGE_18 = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0 Safari/537.36 Edge/18.17763"
OLD_SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.2 Safari/605.1.15"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(("user_agent", "version"), [(IE6, 6), (IE7, 7)])
def test_internet_explorer_7_and_below_is_refused_with_a_plain_page(user_agent: str, version: int) -> None:
    response = Client().get("/help/", headers={"user-agent": user_agent})
    page = response.content.decode()
    assert response.status_code == 403
    assert lint_page(page, path="refused") == []
    assert f"Internet Explorer {version}" in page
    assert "no longer secure" in page
    assert "commissioner" in page
    assert "looks after your computers" in page
    assert not [word for word in ("<script", "<link", "<style", "<main", "<header") if word in page]


def test_a_refused_browser_can_send_nothing_either() -> None:
    assert Client().post("/account/login/", {}, headers={"user-agent": IE7}).status_code == 403


@pytest.mark.parametrize("user_agent", [IE8, IE8_AS_7, IE11, OLD_CHROME, EDGE_18, OLD_SAFARI])
def test_a_dated_browser_goes_on_with_a_banner(client: Client, user_agent: str) -> None:
    response = client.get("/help/", headers={"user-agent": user_agent})
    assert response.status_code == 200
    assert "is out of date" in response.content.decode()


@pytest.mark.parametrize("user_agent", [EDGE, FIREFOX, IPHONE, "", "curl/8.0", "MSIE", "Chrome/x", "x" * 10_000])
def test_others_go_on_without_a_banner(client: Client, user_agent: str) -> None:
    response = client.get("/help/", headers={"user-agent": user_agent})
    assert response.status_code == 200
    assert "is out of date" not in response.content.decode()


def test_compatibility_view_is_seen_through() -> None:
    assert (judge(IE8_AS_7).version, judge(IE8_AS_7).refused) == (8, False)


def test_a_huge_version_is_no_trouble() -> None:
    assert not judge("Chrome/" + "9" * 400).advised


def test_the_browser_page_shows_the_table_and_ones_own(client: Client) -> None:
    page = client.get("/browsers/", headers={"user-agent": IE11}).content.decode()
    assert "Internet Explorer 11, is out of date" in page
    assert "version 7 and older" in page
