"""The pages on which a change is verified, decided, stopped and carried out (J21, J29)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import ChangeRequest
from portal.casework.services.commissioner_decides import decide_for_commissioner
from portal.casework.services.decide_request import approve_request
from portal.casework.tests.asking import QUESTIONS_ASKED, approver, asked, commissioner, practice
from portal.casework.tests.factories import staff_member
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]


def sentences(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_caller_finds_the_request_calls_and_an_approver_approves(sign_in: SignIn) -> None:
    practice()
    request = asked()
    caller_client = sign_in(staff_member("data_manager"))
    queue = caller_client.get("/staff/requests/").content.decode()
    assert request.reference in queue
    page = caller_client.get(f"/staff/requests/{request.reference}/").content.decode()
    assert "Call to verify" in page and ">Approve<" not in page
    assert "Noor Ahmed" in page and "main_contact" not in page
    call = f"/staff/requests/{request.reference}/call/"
    form = caller_client.get(call).content.decode()
    assert "01632 960001" in form and "01632 960 555" not in form  # the nominee's own number is never offered
    empty = caller_client.post(call, {"spoke_to": "Pat Partner"})
    assert empty.status_code == 422 and "Pat Partner" in empty.content.decode()
    said = {"number": "directory:Z12345", "outcome": "confirmed", "spoke_to": "Pat", "position": "Partner"}
    kept = caller_client.post(call, {**said, "asked": QUESTIONS_ASKED})
    assert kept.status_code == 302
    approving = sign_in(staff_member("approver"), minutes_ago=0)
    preview = sentences(approving.get(f"/staff/requests/{request.reference}/approve/").content.decode())
    assert "Dr Noor Ahmed, noor.ahmed@example.org, is invited" in preview and "time to object" in preview
    done = approving.post(f"/staff/requests/{request.reference}/approve/", follow=True)
    assert "The request is approved." in done.content.decode()
    assert ChangeRequest.objects.get().state == "cooling_off"


def test_the_link_of_a_notice_leads_to_the_page_that_stops_the_change(client: Client) -> None:
    practice()
    request = asked()
    body = OutboxMessage.objects.filter(kind="casework.somebody_asks").latest("id").body
    found = re.search(r"(/link/\S+/)", body)
    assert found is not None
    stop = client.post(found[1])["Location"]
    assert stop == f"/requests/stop/{request.reference}/"
    page = client.get(stop).content.decode()
    assert "Stran Ger" in page and "noor.ahmed" not in page
    assert client.get(f"{stop}stopped/").status_code == 302
    stopped = client.post(stop, {"reason": "not_asked"}, follow=True)
    assert "The change is stopped" in stopped.content.decode()
    assert ChangeRequest.objects.get().state == "frozen"
    # The link opens nothing else: not the case, and no other request.
    assert client.get(f"/requests/case/{request.reference}/").status_code == 404
    practice("Z54321")
    assert client.get(f"/requests/stop/{asked(code='Z54321').reference}/").status_code == 404


def test_a_commissioner_sees_what_waits_decides_and_chooses_its_own_board(sign_in: SignIn) -> None:
    membership = practice()
    request = asked("closure", by=acting(membership))
    board = Organisation.objects.get(code="QZZ")
    client = sign_in(MembershipFactory(organisation=board, roles=["commissioner_approver"]))
    assert client.get("/select-organisation/")["Location"] == "/commissioner/QZZ/"
    assert request.reference in client.get("/commissioner/QZZ/").content.decode()
    page = client.get(f"/commissioner/QZZ/requests/{request.reference}/").content.decode()
    assert "60 days" in page and "Z12345 is closed in the directory." in page
    decide = f"/commissioner/QZZ/requests/{request.reference}/decide/"
    asking = client.post(decide, {"outcome": "queried", "reason": "", "submission": str(uuid.uuid4())})
    assert asking.status_code == 422 and "Say why, or what you want to know" in sentences(asking.content.decode())
    client.post(decide, {"outcome": "queried", "reason": "Who takes the patients?"})
    practice_client = sign_in(membership)
    own = practice_client.get(f"/o/Z12345/cases/{request.reference}/", follow=True).content.decode()
    assert "Who takes the patients?" in own
    practice_client.post(f"/o/Z12345/requests/answer/{request.reference}/", {"text": "The next practice."})
    client.post(decide, {"outcome": "agreed"})
    assert ChangeRequest.objects.get().state == "approving"
    assert client.get(decide).status_code == 409


def test_a_plan_is_carried_out_step_by_step_on_the_page(sign_in: SignIn) -> None:
    membership = practice()
    request = asked("closure", by=acting(membership))
    decide_for_commissioner(commissioner(), request.reference, "agreed")
    approve_request(approver(), request.reference)
    client = sign_in(staff_member("data_manager"))
    page = client.get(f"/staff/requests/{request.reference}/").content.decode()
    assert "Say it is done" in page and "The plan" in page
    done = client.post(
        f"/staff/requests/{request.reference}/steps/3/done/", {"said": "Courier on Monday."}, follow=True
    )
    assert "Courier on Monday." in done.content.decode()
    own = sign_in(membership).get(f"/o/Z12345/cases/{request.reference}/", follow=True).content.decode()
    assert "Courier on Monday." in own  # both sides see the plan


def test_the_list_takes_a_fixed_number_of_queries(sign_in: SignIn) -> None:
    practice()
    client = sign_in(staff_member("data_manager"))
    asked()
    with CaptureQueriesContext(connection) as few:
        client.get("/staff/requests/")
    for number in range(10):
        practice(f"Z2000{number}")
        asked(code=f"Z2000{number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/staff/requests/")
    assert len(few) == len(many)


def test_a_support_agent_reads_and_does_nothing(sign_in: SignIn) -> None:
    practice()
    request = asked()
    client = sign_in(staff_member("support_agent"))
    page = client.get(f"/staff/requests/{request.reference}/")
    assert page.status_code == 200 and "Call to verify" not in page.content.decode()
    for act in ("call", "approve", "send-back", "refuse", "stop"):
        assert client.get(f"/staff/requests/{request.reference}/{act}/").status_code == 403
