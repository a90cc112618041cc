"""allauth's forms as we show them: every text has an end, and no field has a placeholder."""

from __future__ import annotations

from inspect import getmembers, isclass
from types import SimpleNamespace

import pytest
from allauth.core.context import request_context
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from portal.accounts.forms import codes, plain
from portal.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FORMS = [
    form
    for module in (plain, codes)
    for name, form in getmembers(module, isclass)
    if issubclass(form, plain.InPlainWords) and form.__module__ == module.__name__ and not name.startswith("_")
    if form is not plain.InPlainWords
]


def _made(form: type[forms.Form], data: dict[str, str] | None = None) -> forms.Form:
    if form is plain.EditWebAuthnForm:
        passkey = SimpleNamespace(wrap=lambda: SimpleNamespace(name="Phone"))
        return form(data=data, instance=passkey)  # type: ignore[call-arg]
    if form in {plain.LoginForm, plain.ResetPasswordForm}:
        return form(data=data)
    return form(data=data, user=UserFactory())  # type: ignore[call-arg]


def test_the_forms_are_found() -> None:
    assert {plain.LoginForm, plain.EditWebAuthnForm, codes.AuthenticateForm} <= set(FORMS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_every_text_has_an_end_and_no_placeholder(form: type[forms.Form], rf: RequestFactory) -> None:
    request = rf.get("/")
    request.session = SessionStore()  # the secret of an app that is being set up is kept there
    with request_context(request):
        fields = _made(form).fields
    assert fields
    for name, field in fields.items():
        assert "placeholder" not in field.widget.attrs, name
        if isinstance(field, forms.CharField) and not isinstance(field, forms.JSONField):  # the body's limit ends JSON
            assert field.max_length is not None, name


def test_a_password_longer_than_the_limit_is_refused_in_words() -> None:
    made = _made(plain.LoginForm, {"login": "a@example.org", "password": "x" * (plain.LONGEST + 1)})
    assert not made.is_valid()
    assert f"at most {plain.LONGEST} characters" in made.errors["password"][0]
