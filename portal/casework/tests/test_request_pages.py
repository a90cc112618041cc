"""Guided requests, filled in page by page: signed in, and without an account (J13-J18; F12-F19)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import ChangeRequest, RequestDraft
from portal.casework.tests.filling_in import NOMINEE, REPORT, SENDER, fill_in, place
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
IN_A_YEAR = timezone.localdate() + timedelta(days=300)
DATE = {
    "effective_on_day": str(IN_A_YEAR.day),
    "effective_on_month": str(IN_A_YEAR.month),
    "effective_on_year": str(IN_A_YEAR.year),
}


def practice(**details: Any) -> Membership:
    commissioner = OrganisationFactory(kind="commissioner", code="QZZ", name="TEST BOARD")
    where = OrganisationFactory(code="Z12345", commissioner_code=commissioner.code, **details)
    member: Membership = MembershipFactory(organisation=where, roles=["main_contact"])
    return member


PAGES: dict[str, dict[str, dict[str, Any]]] = {
    "main_contact": {
        "you": SENDER,
        "practice-details": place("practice"),
        "why": {"why": "left"},
        "now": {"predecessor_known": "no"},
        "is-it-you": {"sender_is_nominee": "no"},
        "main-contact": NOMINEE,
    },
    "new_site": {
        "you": SENDER,
        "type": {"site_type": "pharmacy"},
        "site-code": {"site_code": "FZZ99"},
        "ods-report": REPORT,
        "site-details": place("site"),
        "main-contact": NOMINEE,
        "elsewhere": {"nominee_is_main_contact_elsewhere": "yes"},
        "other-code": {"other_code": "z12345"},
        "other-details": place("other"),
    },
    "extend_main_contact": {
        "you": SENDER,
        "practice-details": place("practice"),
        "main-contact": NOMINEE,
        "type": {"site_type": "gp"},
        "site-code": {"site_code": "Z54321"},
        "ods-report": REPORT,
        "site-details": place("site"),
    },
    "new_branch": {
        "you": SENDER,
        "main-details": place("main"),
        "site-code": {"site_code": "Z12345003"},
        "ods-report": REPORT,
        "site-details": place("site"),
        "main-contact": NOMINEE,
    },
    "merger": {"you": SENDER, "merging": {"code_1": "Z77777"}, "date": DATE},
    "closure": {
        "you": SENDER,
        "date": DATE,
        "facts": {"why": "We retire.", "records_held": "yes", "secure_stationery_held": "no"},
    },
    "relocation": {
        "you": SENDER,
        "date": DATE,
        "address": {
            "new_address_lines": "2 Other Street",
            "new_postcode": "zz8 8zz",
            "new_telephone": "01632 960 888",
        },
    },
    "lost_factor": {"you": SENDER, "person": {"person_email": "lost@example.org"}},
}


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_main_contact_fills_in_every_request_and_sends_it(kind: str, sign_in: SignIn) -> None:
    membership = practice()
    OrganisationFactory(code="Z77777")
    client = sign_in(membership)
    begun = client.post(f"/o/Z12345/requests/new/{kind}/")
    check = fill_in(client, begun["Location"], PAGES[kind])
    sent = client.post(check)
    assert sent.status_code == 302
    request = ChangeRequest.objects.get()
    assert (request.kind, request.case.organisation) == (kind, membership.organisation)
    assert request.state == ("commissioner" if kind in ("merger", "closure", "relocation") else "verifying")
    assert request.verification_needed is (kind not in ("merger", "closure", "relocation"))
    page = client.get(sent["Location"]).content.decode()
    assert request.case.reference in page and "What happens next" in page
    assert client.get(f"/o/Z12345/requests/draft/{RequestDraft.objects.get().reference}/").status_code == 409


def test_the_code_of_ones_own_practice_and_its_details_are_known(sign_in: SignIn) -> None:
    membership = practice(name="KNOWN SURGERY")
    client = sign_in(membership)
    begun = client.post("/o/Z12345/requests/new/main_contact/")
    step = client.get(begun["Location"])
    client.post(step["Location"], SENDER)
    details = client.get(f"{begun['Location']}practice-details/").content.decode()
    assert "KNOWN SURGERY" in details and "1 TEST STREET" in details and "01632 960001" in details


def test_without_an_account_nothing_goes_on_before_the_link_is_followed(client: Client) -> None:
    practice()
    asked = client.post("/requests/new/main_contact/", {"name": "Sal Sender", "email": "Sal@Example.org"})
    assert asked["Location"] == "/requests/mailed/"
    draft = RequestDraft.objects.get()
    assert (draft.email, draft.email_confirmed_at) == ("sal@example.org", None)
    assert client.get(f"/requests/draft/{draft.reference}/").status_code == 404
    link = re.search(r"http://[^/]+(/link/\S+/)", OutboxMessage.objects.get().body)
    assert link is not None
    assert "Continue" in client.get(link[1]).content.decode()
    assert RequestDraft.objects.get().email_confirmed_at is None, "a mail scanner opens links, too"
    followed = client.post(link[1])
    assert RequestDraft.objects.get().email_confirmed_at is not None
    pages = {**PAGES["main_contact"], "practice-code": {"practice_code": "Z12345"}}
    check = fill_in(client, followed["Location"], pages)
    sent = client.post(check)
    request = ChangeRequest.objects.get()
    assert (request.case.organisation, request.organisation.code) == (None, "Z12345")  # type: ignore[union-attr]
    assert request.case.subject == "Portal enquiries: change of Main Contact"
    assert request.case.reference in client.get(sent["Location"]).content.decode()


def test_sending_twice_makes_one_request(sign_in: SignIn) -> None:
    client = sign_in(practice())
    begun = client.post("/o/Z12345/requests/new/main_contact/")
    check = fill_in(client, begun["Location"], PAGES["main_contact"])
    first, second = client.post(check), client.post(check)
    assert first["Location"] == second["Location"]
    assert ChangeRequest.objects.count() == 1


def test_a_page_further_on_leads_back_to_the_first_that_is_missing(sign_in: SignIn) -> None:
    client = sign_in(practice())
    begun = client.post("/o/Z12345/requests/new/main_contact/")["Location"]
    for later in ("main-contact/", "check/"):
        assert client.get(begun + later)["Location"] == f"{begun}you/"
    assert client.post(begun + "main-contact/", NOMINEE)["Location"] == f"{begun}you/"
    refused = client.post(begun + "check/", {"submission": str(uuid.uuid4())})
    assert refused.status_code == 422 and ChangeRequest.objects.count() == 0
