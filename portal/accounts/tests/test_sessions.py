"""A session that cannot be written: because somebody ended it, or because the database is away."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError

from portal.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


def _stored() -> SessionStore:
    store = SessionStore()
    store.create()
    store["chosen"] = "Z90001"
    return store


def test_what_is_written_is_there_at_the_next_look() -> None:
    store = _stored()
    store.save()
    assert SessionStore(store.session_key)["chosen"] == "Z90001"


def test_a_session_that_somebody_ended_is_not_written_again() -> None:
    store = _stored()
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_said_and_is_not_an_ended_session(
    away: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by tests/faults: somebody whose page was answered while connections ended was told 400, and not 503."""

    def fail(*arguments: Any, **named: Any) -> None:
        raise away("the connection is lost")

    store = _stored()
    monkeypatch.setattr(Session, "save", fail)
    with pytest.raises(away):
        store.save()
