"""What every test shares: a row scope, a client that looks at each page it is given, a way to sign in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import RequestFactory
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in as sign_in_client
from portal.foundation.access.row_security import set_scope
from portal.foundation.files import vault
from portal.foundation.web.testing import lint_page

# A busy machine takes its time; what must be quick is measured in tests/benchmarks.
# The same is drawn every time, so that a change fails for what it changed. LONG_RUNS draws anew, and finds more.
hypothesis_settings.register_profile(
    "portal",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("LONG_RUNS"),
)
hypothesis_settings.load_profile("portal")


class LookingClient(Client):
    """A test client that parses every HTML page it gets, and gives the test its row scope back."""

    def request(self, **request: Any) -> HttpResponse:
        """Sends the request; fails the test when the page breaks a rule of ``lint_page``."""
        set_scope("")  # a connection fresh from the pool acts for nobody, and a page must not need more
        response = super().request(**request)
        set_scope("system")
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming and response.content:
            problems = lint_page(response.content.decode(), path=request["PATH_INFO"])
            assert problems == [], "\n".join(problems)
        return response  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's, which drops the database at the end; a thread of the live server may still hold a session.

    Seen once on a busy machine: a browser had given up on a page, and DROP DATABASE was refused.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def _row_scope(request: pytest.FixtureRequest) -> None:
    """A test sees every row, as the system does; a page a test asks for sees what its actor may."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None:
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        set_scope("system")


@pytest.fixture(scope="session")
def _files_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _files_folder(settings: Any, _files_of_the_run: Path) -> Iterator[None]:
    """What tests store lies in a folder of the run, not in the worktree, and goes with the test's transaction."""
    settings.MEDIA_ROOT = _files_of_the_run / "files"
    settings.UPLOAD_FOLDER = _files_of_the_run / "uploads"
    settings.AUDIT_ANCHOR = _files_of_the_run / f"seals-{uuid4().hex}.log"  # one for each test
    yield
    vault.forget_written()  # the next request of this thread would ask the database about them


@pytest.fixture
def client() -> Client:
    """A client nobody is signed in with."""
    return LookingClient()


@pytest.fixture
def rf() -> RequestFactory:
    """Requests that go nowhere."""
    return RequestFactory()


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """``sign_in(membership)`` or ``sign_in(roles=[...], organisation=...)``: a client of that person.

    ``second_factor`` says whether one was given, ``minutes_ago`` when the person signed in.
    """

    def signed_in(
        membership: Membership | None = None, *, second_factor: bool = True, minutes_ago: float = 0, **details: Any
    ) -> Client:
        assert membership is None or not details, f"the membership is there already, so what is {details} for?"
        client = LookingClient()
        person = (membership or MembershipFactory(**details)).user
        sign_in_client(client, person, second_factor=second_factor, minutes_ago=minutes_ago)
        return client

    return signed_in


@pytest.fixture
def services_in_savepoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused service ends its transaction. Where that is the test's own, this gives the service a savepoint.

    For tests that go on after a refusal; they count one query more for each service.
    """
    from django.db import transaction

    from portal.foundation.access import services

    monkeypatch.setattr(services, "transaction", SimpleNamespace(atomic=lambda **named: transaction.atomic()))
