"""Nobody learns who has an account, which requests exist, or whose they are (J12; trust 2.6, ASVS 6.3.8).

Both answers are compared whole: status, address, headers and page, the number and shape of the queries, and the
e-mails that were queued. Time follows from those; it is measured nowhere, because a shared machine lies about it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.forms import LoginForm
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.accounts.services import invite_user as inviting
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.casework.models import Case
from portal.casework.requester import RequesterView
from portal.casework.tests.asking import asked, practice
from portal.casework.views import public_requests
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.outbox.queue import queue_email

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
KNOWN, UNKNOWN = "known@example.org", "nobody@example.org"
# What differs between any two answers, and tells nothing.
_CHANGING = re.compile(
    r'name="(?:csrfmiddlewaretoken|submission)" value="[^"]*"|nonce-?="?[\w+/=-]+"?|[0-9a-f]{16,}|IN-[\w-]+|'
    r"known@example\.org|nobody@example\.org|CA-[\w-]+"
)


@dataclass(frozen=True)
class Answer:
    """What somebody outside can see of an answer, and what inside might show in its time."""

    status: int
    address: str
    page: str
    headers: tuple[str, ...]
    queries: tuple[tuple[str, int], ...]
    mails: tuple[str, ...]


def answer_to(client: Client, address: str, data: dict[str, Any], *, follow: bool = False) -> Answer:
    """Sends the form and describes the answer."""
    before = OutboxMessage.objects.count()
    with CaptureQueriesContext(connection) as captured:
        response = client.post(address, data, follow=follow)
    mails = OutboxMessage.objects.order_by("id")[before:]
    return Answer(
        status=response.status_code,
        address=response.get("Location", ""),
        page=_CHANGING.sub("x", response.content.decode()),
        headers=tuple(sorted(response.headers)),
        queries=_shapes(captured),
        mails=tuple(each.kind for each in mails),
    )


def _shapes(captured: CaptureQueriesContext) -> tuple[tuple[str, int], ...]:
    """How often which table was read or written: the values do not matter."""
    found = re.compile(r'^(SELECT|INSERT|UPDATE|DELETE)\b.*?"(\w+)"', re.S)
    shapes = (found.match(query["sql"]) for query in captured.captured_queries)
    named = (f"{shape[1]} {shape[2]}" for shape in shapes if shape is not None)
    # The cache counts attempts, and clears itself out now and then.
    return tuple(sorted(Counter(name for name in named if "portal_cache" not in name).items()))


def invite(client: Client, code: str, email: str) -> Answer:
    person = {"forename": "New", "surname": "Person", "telephone": "01632 960 001", "roles": ["read_only"]}
    return answer_to(client, f"/o/{code}/users/add/", {**person, "email": email})


def test_inviting_tells_nothing_about_the_address(sign_in: SignIn) -> None:
    UserFactory(email=KNOWN)
    boss = MembershipFactory(roles=["main_contact"])
    client = sign_in(boss)
    code = boss.organisation.code
    invite(client, code, "first@example.org")  # what is looked up once is looked up now
    assert invite(client, code, KNOWN) == invite(client, code, UNKNOWN)


def test_with_a_courtesy_to_known_people_it_would_tell(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: a service that looks the person up, as they like to do, is found out by this comparison."""
    UserFactory(email=KNOWN)
    boss = MembershipFactory(roles=["main_contact"])
    client = sign_in(boss)
    original = inviting._told

    def courteous(actor: Any, invitation: Any, token: str) -> None:
        if User.objects.filter(email=invitation.email).exists():
            queue_email(inviting.invited(invitation, token))
        original(actor, invitation, token)

    monkeypatch.setattr(inviting, "_told", courteous)
    assert invite(client, boss.organisation.code, KNOWN) != invite(client, boss.organisation.code, UNKNOWN)


def test_asking_for_a_new_password_looks_the_same(client: Client) -> None:
    UserFactory(email=KNOWN)
    known = answer_to(client, "/account/password/reset/", {"email": KNOWN})
    unknown = answer_to(client, "/account/password/reset/", {"email": UNKNOWN})
    assert (known.status, known.address, known.page, known.headers) == (
        unknown.status,
        unknown.address,
        unknown.page,
        unknown.headers,
    )
    assert unknown.mails == ()  # nobody writes to an address because a stranger typed it


def test_a_reset_that_says_who_is_known_would_tell(client: Client, settings: Any) -> None:
    """Control off: allauth's own courtesy to strangers."""
    settings.ACCOUNT_PREVENT_ENUMERATION = False
    UserFactory(email=KNOWN)
    known = answer_to(client, "/account/password/reset/", {"email": KNOWN})
    unknown = answer_to(client, "/account/password/reset/", {"email": UNKNOWN})
    assert (known.status, known.page) != (unknown.status, unknown.page)


def test_a_wrong_sign_in_looks_the_same() -> None:
    UserFactory(email=KNOWN)
    wrong = {"password": "not the one"}
    known = answer_to(Client(), "/account/login/", {"login": KNOWN, **wrong})
    unknown = answer_to(Client(), "/account/login/", {"login": UNKNOWN, **wrong})
    assert "Error: Sign in" in known.page
    assert (known.status, known.page, known.headers) == (unknown.status, unknown.page, unknown.headers)


def test_a_sign_in_that_names_what_is_wrong_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: "no such user" and "wrong password" are two sentences in many a portal."""
    UserFactory(email=KNOWN)
    original = LoginForm.clean

    def helpful(form: LoginForm) -> Any:
        if not User.objects.filter(email=form.data.get("login")).exists():
            raise ValidationError("Nobody has this e-mail address.")
        return original(form)

    monkeypatch.setattr(LoginForm, "clean", helpful)
    wrong = {"password": "not the one"}
    known = answer_to(Client(), "/account/login/", {"login": KNOWN, **wrong})
    unknown = answer_to(Client(), "/account/login/", {"login": UNKNOWN, **wrong})
    assert (known.status, known.page) != (unknown.status, unknown.page)


def test_a_request_without_an_account_begins_the_same(client: Client) -> None:
    UserFactory(email=KNOWN)
    address = "/requests/new/main_contact/"
    answer_to(client, address, {"name": "A B", "email": "first@example.org"})
    known = answer_to(client, address, {"name": "A B", "email": KNOWN})
    assert known == answer_to(client, address, {"name": "A B", "email": UNKNOWN})


def test_a_request_that_greets_those_it_knows_would_tell(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: who has an account is sent to sign in instead."""
    UserFactory(email=KNOWN)

    def greet(actor: Any, journey: Any) -> None:
        if User.objects.filter(email=actor.email).exists():
            raise Conflict("You have an account. Sign in to go on.")

    monkeypatch.setattr(public_requests, "start_draft_by_email", greet)
    address = "/requests/new/main_contact/"
    known = answer_to(client, address, {"name": "A B", "email": KNOWN})
    assert known != answer_to(client, address, {"name": "A B", "email": UNKNOWN})


def test_a_reference_that_exists_answers_like_one_that_does_not(client: Client) -> None:
    practice()
    reference = asked().reference
    real = answer_to(client, "/requests/status/", {"email": UNKNOWN, "reference": reference})
    invented = answer_to(client, "/requests/status/", {"email": UNKNOWN, "reference": "CA-2222-2222"})
    assert (real.status, real.address, real.page, real.mails) == (
        invented.status,
        invented.address,
        invented.page,
        invented.mails,
    )


def test_a_status_page_that_says_what_is_wrong_would_tell(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: "no such request" helps whoever mistyped, and whoever guesses."""
    practice()
    reference = asked().reference

    def helpful(actor: Any, reference: str) -> None:
        with system_scope():
            exists = Case.objects.filter(reference=reference).exists()
        if not exists:
            raise NotFound("There is no such request.")

    monkeypatch.setattr(public_requests, "mail_case_link", helpful)
    real = answer_to(client, "/requests/status/", {"email": UNKNOWN, "reference": reference})
    invented = answer_to(client, "/requests/status/", {"email": UNKNOWN, "reference": "CA-2222-2222"})
    assert (real.status, real.page) != (invented.status, invented.page)


def test_a_case_page_that_asks_for_its_link_would_tell(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: a page that exists and is refused is not a page that does not exist."""
    practice()
    reference = asked().reference
    original = RequesterView.find_actor

    def helpful(view: RequesterView) -> Any:
        with system_scope():
            exists = Case.objects.filter(reference=view.kwargs["reference"]).exists()
        if exists:
            raise Refused("Follow the link in your e-mail to see this request.")
        return original(view)

    monkeypatch.setattr(RequesterView, "find_actor", helpful)
    pages = [client.get(f"/requests/case/{each}/") for each in (reference, "CA-2222-2222")]
    assert [page.status_code for page in pages] == [403, 404]


def test_a_case_page_without_its_link_is_no_page(client: Client) -> None:
    practice()
    reference = asked().reference
    pages = [client.get(f"/requests/case/{each}/") for each in (reference, "CA-2222-2222")]
    texts = [_CHANGING.sub("x", page.content.decode()) for page in pages]
    assert [page.status_code for page in pages] == [404, 404] and texts[0] == texts[1]
