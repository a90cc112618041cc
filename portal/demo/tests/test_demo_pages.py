"""The demonstration: one button signs in, the code page's code is accepted, the mail page shows what was sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.test.utils import override_settings

from portal.accounts.models import Membership, User
from portal.demo.load import load
from portal.demo.personas import PERSONAS
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.models import OutboxMessage
from portal.records.registrations.models import RegistrationEvent
from portal.supplies.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load()


def test_loading_twice_changes_nothing() -> None:
    before = (User.objects.count(), Membership.objects.count(), Order.objects.count(), AuditEvent.objects.count())
    load()
    after = (User.objects.count(), Membership.objects.count(), Order.objects.count(), AuditEvent.objects.count())
    assert before == after
    assert before[0] >= len(PERSONAS)


def test_two_questions_about_patients_wait_and_one_of_them_is_proposed() -> None:
    waiting = RegistrationEvent.objects.filter(effect__in=("patients_to_join", "number_in_use"), settled_at=None)
    assert dict(waiting.values_list("effect", "joinings__state")) == {
        "patients_to_join": "waiting",
        "number_in_use": None,
    }


def test_every_persona_signs_in_with_one_button_and_finds_a_home(client: Client) -> None:
    listed = unescape(client.get("/demo/").content.decode())
    for persona in PERSONAS:
        assert persona.can in listed
        client.post("/demo/", {"persona": persona.key})
        home = client.get("/select-organisation/", follow=True)
        assert home.status_code == 200, persona.key
        if len(persona.sites) > 1:
            assert "Select Organisation and Address" in home.content.decode()


def test_nobody_else_can_be_signed_in_as(client: Client) -> None:
    assert client.post("/demo/", {"persona": "root"}).status_code == 404


def test_the_shown_code_is_a_fresh_second_factor(client: Client) -> None:
    client.post("/demo/", {"persona": "asha"})
    page = client.get("/demo/code/").content.decode()
    code = re.search(r'id="code">(\d{6})<', page)
    assert code is not None
    answer = client.post("/account/second-factor/reauthenticate/", {"code": code[1], "next": "/demo/mail/"})
    assert answer["Location"] == "/demo/mail/"


def test_a_persona_whose_factor_was_taken_away_has_one_again(client: Client) -> None:
    client.post("/demo/", {"persona": "asha"})
    client.post("/account/second-factor/totp/deactivate/")
    assert client.get("/o/Z99001/")["Location"] == "/account/second-factor/"
    client.post("/demo/", {"persona": "asha"})
    assert client.get("/o/Z99001/").status_code == 200
    assert re.search(r'id="code">\d{6}<', client.get("/demo/code/").content.decode())


def test_a_persona_finds_the_session_in_the_list(client: Client) -> None:
    client.post("/demo/", {"persona": "wanda"})
    assert "This session" in client.get("/account/sessions/").content.decode()


def test_the_mail_page_shows_what_was_written(client: Client) -> None:
    message = OutboxMessage.objects.order_by("-id")[0]
    listed = client.get("/demo/mail/").content.decode()
    assert message.recipients[0] in listed
    one = client.get(f"/demo/mail/{message.message_id[1:33]}/")
    assert message.subject in unescape(one.content.decode())
    assert client.get("/demo/mail/nothing/").status_code == 404


def test_the_demonstration_refuses_to_run_in_production() -> None:
    with override_settings(DEMO=False, TESTING=False), pytest.raises(ImproperlyConfigured, match="demo only"):
        apps.get_app_config("demo").ready()
