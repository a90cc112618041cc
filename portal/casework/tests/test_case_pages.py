"""The pages of cases, for the organisation that reported and for the operator's staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.services.work_case import answer_case, close_case, take_case, wait_for
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.errors import NotFound
from portal.supplies.tests.counting import counted_queries

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_a_reporter_follows_the_case_to_its_end(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    case = opened(reporter(clerk), details="<b>One box</b>")
    client, base = sign_in(clerk), f"/o/{clerk.organisation.code}/cases/"
    assert case.reference in _page(client, base)
    page = _page(client, f"{base}{case.reference}/")
    assert "&lt;b&gt;One box&lt;/b&gt;" in page and "support team" in page and "/close/" not in page
    assert "can" in _page(client, f"{base}{case.reference}/close/", status=409)
    answer_case(agent(), case.reference, "A new box\nis on its way.")
    page = _page(client, f"{base}{case.reference}/")
    assert "is on its way." in page and "/close/" in page
    assert client.post(f"{base}{case.reference}/close/")["Location"] == f"{base}{case.reference}/?done=closed"
    assert "The case is closed" in _page(client, f"{base}{case.reference}/?done=closed")


def test_an_empty_list_says_how_to_report(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    assert "You have not asked or reported anything" in _page(sign_in(clerk), f"/o/{clerk.organisation.code}/cases/")


def test_the_list_shows_what_waits_for_a_reply(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    waits, looked_at, answered = (opened(reporter(clerk)) for _ in range(3))
    wait_for(agent(), waits.reference, "Asha", party="requester")
    answer_case(agent(), answered.reference, "Done.")
    client, base = sign_in(clerk), f"/o/{clerk.organisation.code}/cases/"
    everything = {waits, looked_at, answered}
    expected = {"reply": {waits}, "open": {waits, looked_at}, "all": everything, "nonsense": everything}
    for show, cases in expected.items():
        page = _page(client, f"{base}?show={show}")
        assert {case for case in everything if case.reference in page} == cases


def test_another_organisations_case_does_not_exist(sign_in: SignIn) -> None:
    case, stranger = opened(), MembershipFactory(roles=["main_contact"])
    base = f"/o/{stranger.organisation.code}/cases/"
    assert case.reference not in _page(sign_in(stranger), base)
    for rest in ("", "close/"):
        assert sign_in(stranger).get(f"{base}{case.reference}/{rest}").status_code == 404
    with pytest.raises(NotFound), transaction.atomic():
        close_case(reporter(stranger, "main_contact"), case.reference)


def test_somebody_who_only_reads_sees_cases_and_closes_none(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    case = opened(reporter(clerk))
    answer_case(agent(), case.reference, "Done.")
    reader = sign_in(MembershipFactory(organisation=clerk.organisation, roles=["read_only"]))
    base = f"/o/{clerk.organisation.code}/cases/{case.reference}/"
    assert "/close/" not in _page(reader, base)
    assert "does not let you report" in _page(reader, f"{base}close/", status=403)


def test_an_agent_works_through_a_case(sign_in: SignIn) -> None:
    case, member = opened(), staff_member()
    client, base = sign_in(member), f"/staff/cases/{case.reference}/"
    assert case.reference in _page(client, "/staff/cases/")
    assert "Look into it" in _page(client, base)
    assert "You become its owner" in _page(client, f"{base}take/")
    assert client.post(f"{base}take/")["Location"] == f"{base}?done=taken"
    assert member.user.name in _page(client, f"{base}?done=taken")
    assert case.reference in _page(client, "/staff/cases/?show=mine")
    assert client.post(f"{base}wait/", {"party": "carrier", "whom": "DPD"})["Location"] == f"{base}?done=waiting"
    wrong = client.post(f"{base}answer/", {"answer": " "})
    assert wrong.status_code == 422
    assert client.post(f"{base}answer/", {"answer": "A new box is on its way."})["Location"] == f"{base}?done=answered"
    assert "A new box" in _page(client, base)
    assert case.reference not in _page(client, "/staff/cases/")
    assert case.reference in _page(client, "/staff/cases/?show=all")
    assert "cannot become" in _page(client, f"{base}answer/", status=409)


def test_an_auditor_reads_and_works_on_nothing(sign_in: SignIn) -> None:
    case, client = opened(), sign_in(staff_member("auditor"))
    base = f"/staff/cases/{case.reference}/"
    assert "/take/" not in _page(client, base)
    for rest in ("take/", "wait/", "answer/"):
        assert "does not let you answer" in _page(client, base + rest, status=403)
    assert sign_in(staff_member("warehouse_operator")).get(base).status_code == 403


@pytest.mark.parametrize(
    "said", ["\x00", "x" * 4_001, "{{ 7 * 7 }}", "<script>alert(1)</script>", "\u202e", "'; drop --"]
)
def test_hostile_answers_do_no_harm(sign_in: SignIn, said: str) -> None:
    case, client = opened(), sign_in(staff_member())
    answer = client.post(f"/staff/cases/{case.reference}/answer/", {"answer": said})
    assert answer.status_code in (302, 422)
    assert "<script>alert(1)" not in _page(client, f"/staff/cases/{case.reference}/")


@pytest.mark.parametrize("show", ["open", "all", "mine"])
def test_the_queue_costs_the_same_however_long_it_is(sign_in: SignIn, show: str) -> None:
    member = staff_member()
    client, sent = sign_in(member), {}
    for more in (3, 60):
        for _ in range(more):
            take_case(agent(user_id=member.user_id), opened().reference)
        with counted_queries() as queries:
            _page(client, f"/staff/cases/?show={show}")
        sent[more] = len(queries)
    assert sent[3] == sent[60] <= 8
