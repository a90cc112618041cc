"""The frame of every page: who it is for, where one is, the way on."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.shortcuts import render
from django.template import engines
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from portal.foundation.access.actor import PUBLIC, Actor
from portal.foundation.web.testing import lint_page

PRACTICE = Actor(
    name="Ann Lee", audience="contractor", organisation_name="Mill & Brook <b>", organisation_code="A81001",
    permissions=frozenset({"home.view_home", "supplies.view_orders"}),
)  # fmt: skip
STAFF = Actor(name="Sam Oak", audience="staff", organisation_name="The operator", permissions=frozenset())
MEMBER = Actor(name="Ann Lee", audience="member")
_PAGE = (
    '{% extends "layouts/" ~ actor.audience ~ ".html.jinja" %}'
    "{% block heading %}Order <i>supplies</i>{% endblock %}{% block main %}{{ form }}{% endblock %}"
)


class OneField(forms.Form):
    """A form that can be wrong."""

    name = forms.CharField(max_length=5)


def _request(rf: RequestFactory, actor: Actor) -> HttpRequest:
    request = rf.get("/o/A81001/")
    request.actor, request.csp_nonce = actor, "n"  # type: ignore[attr-defined]
    return request


def _page(rf: RequestFactory, actor: Actor, **context: Any) -> str:
    page: str = engines["jinja2"].from_string(_PAGE).render(context, _request(rf, actor))
    assert lint_page(page, path=actor.audience) == []
    return page


@pytest.mark.parametrize("actor", [PUBLIC, MEMBER, PRACTICE, STAFF], ids=lambda actor: actor.audience)
def test_every_layout_is_a_page_without_fault_and_offers_help(rf: RequestFactory, actor: Actor) -> None:
    page = _page(rf, actor, notice="Saved.")
    assert all(f'href="/{name}/"' in page for name in ("help", "contact", "accessibility", "privacy", "cookies"))
    assert 'href="#maincontent"' in page
    assert "Saved." in page


def test_the_title_says_task_organisation_and_service(rf: RequestFactory) -> None:
    page = _page(rf, PRACTICE)
    assert "<title>Order supplies - Mill &amp; Brook &lt;b&gt; - Primary care support portal</title>" in page


def test_a_wrong_form_is_said_in_the_title_and_above_the_heading(rf: RequestFactory) -> None:
    page = _page(rf, PRACTICE, form=OneField({"name": "too long"}))
    assert "<title>Error: Order supplies" in page
    assert page.index("There is a problem") < page.index("<h1")
    assert "There is a problem" not in _page(rf, PRACTICE, form=OneField())


def test_the_organisation_and_the_way_to_another_stand_on_the_page(rf: RequestFactory) -> None:
    page = _page(rf, PRACTICE)
    assert "<strong>Mill &amp; Brook &lt;b&gt;</strong>" in page
    assert ">A81001<" in page
    assert 'href="/select-organisation/?from=A81001">Change organisation' in page


def test_signing_out_is_a_form(rf: RequestFactory) -> None:
    page = _page(rf, MEMBER)
    assert 'action="/account/logout/" method="post"' in page


def test_staff_pages_cannot_be_taken_for_a_practices(rf: RequestFactory) -> None:
    page, practice = _page(rf, STAFF), _page(rf, PRACTICE)
    assert ">Staff</strong>" in page
    assert "nhsuk-header--white" in page
    assert ">Staff</strong>" not in practice
    assert "nhsuk-header--white" not in practice


def test_only_links_that_lead_somewhere_are_in_the_menu(rf: RequestFactory) -> None:
    page = _page(rf, PRACTICE)
    assert "Your orders" in page
    assert "Order supplies</a>" not in page


def test_the_demonstration_says_what_it_is(rf: RequestFactory, settings: Settings) -> None:
    settings.DEMO = True
    assert "This is a demonstration" in _page(rf, PUBLIC)
    settings.DEMO = False
    assert "This is a demonstration" not in _page(rf, PUBLIC)


def test_a_visitor_who_may_be_signed_in_is_led_back(rf: RequestFactory, settings: Settings) -> None:
    request = _request(rf, PUBLIC)
    assert "Sign in" in render(request, "errors/not_found.html.jinja").content.decode()
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    assert "Your organisations" in render(request, "errors/not_found.html.jinja").content.decode()
