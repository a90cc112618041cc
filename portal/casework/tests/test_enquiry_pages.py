"""Enquiries, signed in and not: prefilled, answered first where they can be, sent once (J20, F9, F12, F20)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Attachment, Case, RequestDraft
from portal.casework.services.forget_drafts import forget_all_drafts
from portal.casework.tests.factories import opened, reporter
from portal.foundation.files import vault
from portal.foundation.files.tests.making import picture
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.factories import contractor_actor, place_new_order

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
NHS_NUMBER = "943 476 5919"  # the example of the NHS's own documents: nobody's
QUESTION = {"q_question": "Where do I find the list?"}
STRANGER = {
    **QUESTION,
    "sender_name": "Sal Sender",
    "sender_email": "Sal@Example.org",
    "sender_organisation": "A12345",
}


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A folder of its own; what a test wrote goes with its transaction, so nothing is left to be settled."""
    settings.MEDIA_ROOT = tmp_path
    yield
    vault._written().clear()


def clerk(kind: str = "gp", code: str = "Z12345") -> Membership:
    where = OrganisationFactory(code=code, contractor_type=kind, name=f"{code} SURGERY")
    member: Membership = MembershipFactory(organisation=where, roles=["supplies_order_clerk"])
    return member


def begin(client: Client, data: dict[str, str] = QUESTION, kind: str = "portal_other") -> str:
    """The address of the draft's own pages."""
    answer = client.post(f"/o/Z12345/enquiries/new/{kind}/", data)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).removesuffix("answer-first/")


def link_of_the_mail() -> str:
    found = re.search(r"http://[^/]+(/link/\S+/)", OutboxMessage.objects.latest("id").body)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", ["gp", "dental", "ophthalmic", "pharmacy"])
def test_each_contractor_type_sees_its_questions_and_every_form_or_pointer_opens(kind: str, sign_in: SignIn) -> None:
    client = sign_in(clerk(kind))
    page = client.get("/o/Z12345/enquiries/").content.decode()
    addresses = re.findall(r'href="(/o/Z12345/enquiries/new/\w+/)"', page)
    assert len(addresses) > 10
    assert all(client.get(address).status_code == 200 for address in addresses)
    other = "contracts_dental" if kind != "dental" else "organisation_branch"
    assert client.get(f"/o/Z12345/enquiries/new/{other}/").status_code == 404


def test_a_dental_contract_is_pointed_to_the_dental_team_and_has_no_form(sign_in: SignIn) -> None:
    client = sign_in(clerk("dental"))
    page = client.get("/o/Z12345/enquiries/new/contracts_dental/").content.decode()
    assert "0300 330 1348" in page and "may pass your question on" in page
    assert client.post("/o/Z12345/enquiries/new/contracts_dental/", QUESTION).status_code == 404


def test_signed_in_everything_known_is_there_and_the_enquiry_is_sent(sign_in: SignIn) -> None:
    member = clerk()
    client = sign_in(member)
    form = client.get("/o/Z12345/enquiries/new/portal_other/").content.decode()
    assert all(known in form for known in (member.user.email, "Z12345 SURGERY", "Z12345"))
    assert "sender_email" not in form
    draft = begin(client)
    assert Case.objects.count() == 0
    assert "Does one of these answer it?" in client.get(f"{draft}answer-first/").content.decode()
    assert QUESTION["q_question"] in client.get(f"{draft}check/").content.decode()
    sent = client.post(f"{draft}check/")
    case = Case.objects.get()
    assert (case.kind, case.enquiry_type, case.organisation) == ("enquiry", "portal_other", member.organisation)
    assert (case.subject, case.opened_by_email) == ("Portal enquiries", member.user.email)
    page = client.get(sent["Location"]).content.decode()
    assert case.reference in page and "first answer by" in page
    mail = OutboxMessage.objects.get()
    assert case.reference in mail.body and QUESTION["q_question"] not in mail.body


def test_a_type_has_a_queue_and_a_clock_of_its_own(sign_in: SignIn) -> None:
    client = sign_in(clerk())
    draft = begin(client, {"q_wrong": "The name", "q_right": "Another"}, "organisation_details")
    client.post(f"{draft}check/")
    usual = Case.objects.get()
    assert usual.queue == "data"
    draft = begin(client, {"q_what": "Sign in", "q_happened": "Nothing"}, "portal_sign_in")
    client.post(f"{draft}check/")
    quick = Case.objects.get(enquiry_type="portal_sign_in")
    assert quick.due_on < usual.due_on and quick.first_reply_due_on < usual.first_reply_due_on  # type: ignore[operator]


def test_sending_twice_makes_one_case(sign_in: SignIn) -> None:
    client = sign_in(clerk())
    draft = begin(client)
    first, second = client.post(f"{draft}check/"), client.post(f"{draft}check/")
    assert first["Location"] == second["Location"]
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    assert client.get(f"{draft}?change=1").status_code == 409


def test_answer_first_shows_ones_own_open_cases_and_nothing_of_others(sign_in: SignIn) -> None:
    member = clerk()
    own = opened(reporter(member), subject="OWN SENTINEL")
    other = opened(reporter(clerk(code="Z99999")), subject="OTHERS SENTINEL")
    client = sign_in(member)
    page = client.get(f"{begin(client)}answer-first/").content.decode()
    assert own.reference in page and "OWN SENTINEL" in page
    assert other.reference not in page and "OTHERS SENTINEL" not in page


def test_answer_first_shows_ones_own_live_orders_and_nothing_of_others(sign_in: SignIn) -> None:
    member = clerk()
    own = place_new_order(contractor_actor(member))
    cancelled = place_new_order(contractor_actor(member))
    other = place_new_order()
    client = sign_in(member)
    client.post(f"/o/Z12345/supplies/orders/{cancelled.reference}/cancel/", {"reason": "ordered by mistake"})
    page = client.get(f"{begin(client)}answer-first/").content.decode()
    assert own.reference in page
    assert cancelled.reference not in page and other.reference not in page


def test_an_enquiry_about_ones_own_order_names_it(sign_in: SignIn) -> None:
    member = clerk()
    order = place_new_order(contractor_actor(member))
    client = sign_in(member)
    data = {"q_order": order.reference.lower(), "q_wrong": "It has not arrived", "q_details": "x"}
    client.post(f"{begin(client, data, 'supplies_order')}check/")
    case = Case.objects.get()
    assert (case.about_type, case.about_reference, case.queue) == ("order", order.reference, "supplies")
    others = place_new_order()
    refused = client.post("/o/Z12345/enquiries/new/supplies_order/", {**data, "q_order": others.reference})
    assert refused.status_code == 422 and f"has no order {others.reference}" in refused.content.decode()


def test_what_is_answered_is_thrown_away(sign_in: SignIn) -> None:
    client = sign_in(clerk())
    done = client.post(f"{begin(client)}answer-first/")
    assert "Nothing was sent" in client.get(done["Location"]).content.decode()
    assert (RequestDraft.objects.count(), Case.objects.count()) == (0, 0)


def test_an_nhs_number_is_asked_back_once_and_what_was_typed_is_kept(sign_in: SignIn) -> None:
    client = sign_in(clerk())
    typed = {"q_question": f"About {NHS_NUMBER} please"}
    asked = client.post("/o/Z12345/enquiries/new/portal_other/", typed)
    page = asked.content.decode()
    assert asked.status_code == 422 and "Leave patients" in page and typed["q_question"] in page
    assert RequestDraft.objects.count() == 0
    assert client.post("/o/Z12345/enquiries/new/portal_other/", {**typed, "no_patient": "on"}).status_code == 302


def test_an_order_of_another_organisation_does_not_exist(sign_in: SignIn) -> None:
    client = sign_in(clerk())
    data = {"q_order": "so-0000-0000", "q_wrong": "It has not arrived", "q_details": "x"}
    refused = client.post("/o/Z12345/enquiries/new/supplies_order/", data)
    assert refused.status_code == 422 and "has no order SO-0000-0000" in refused.content.decode()


def test_files_are_kept_with_the_case_and_a_bad_one_is_refused(sign_in: SignIn, files: None) -> None:
    client = sign_in(clerk())
    draft = begin(client)
    refused = client.post(f"{draft}check/", {"files": SimpleUploadedFile("a.pdf", b"MZ is no PDF")})
    assert refused.status_code == 422 and Case.objects.count() == 0
    client.post(f"{draft}check/", {"files": SimpleUploadedFile("screen.png", picture())})
    attachment = Attachment.objects.get()
    assert (attachment.case, attachment.stored_file.state) == (Case.objects.get(), "quarantined")


def test_a_colleagues_draft_does_not_exist(sign_in: SignIn) -> None:
    member = clerk()
    draft = begin(sign_in(member))
    colleague = MembershipFactory(organisation=member.organisation, roles=["supplies_order_clerk"])
    client = sign_in(colleague)
    for page in ("", "answer-first/", "check/"):
        assert client.get(draft + page).status_code == 404
        assert client.post(draft + page, QUESTION).status_code == 404


def test_without_an_account_nothing_is_sent_before_the_link_is_followed(client: Client) -> None:
    asked = client.post("/enquiries/new/portal_other/", STRANGER)
    assert asked["Location"] == "/enquiries/mailed/"
    draft = RequestDraft.objects.get()
    assert client.get(f"/enquiries/draft/{draft.reference}/check/").status_code == 404
    assert client.post(f"/enquiries/draft/{draft.reference}/check/").status_code == 404
    assert QUESTION["q_question"] not in OutboxMessage.objects.get().body
    link = link_of_the_mail()
    client.get(link)
    assert RequestDraft.objects.get().email_confirmed_at is None, "a mail scanner opens links, too"
    first = client.post(link)["Location"]
    assert "Does one of these answer it?" in client.get(first, follow=True).content.decode()
    sent = client.post(f"{first}check/")
    case = Case.objects.get()
    assert (case.organisation, case.opened_by_email, case.opened_by_name) == (None, "sal@example.org", "Sal Sender")
    assert "A12345" in case.details
    assert case.reference in client.get(sent["Location"]).content.decode()
    client.logout()
    assert client.get(f"/enquiries/case/{case.reference}/").status_code == 404
    own = client.post(link_of_the_mail())["Location"]
    assert own == f"/enquiries/case/{case.reference}/"
    assert QUESTION["q_question"] in client.get(own).content.decode()


def test_too_many_links_to_one_address_are_not_sent_and_nobody_can_tell(client: Client) -> None:
    answers = [client.post("/enquiries/new/portal_other/", STRANGER) for _ in range(7)]
    assert {(each.status_code, each["Location"]) for each in answers} == {(302, "/enquiries/mailed/")}
    assert (OutboxMessage.objects.count(), RequestDraft.objects.count()) == (5, 5)


def test_the_answer_is_the_same_for_a_known_address_and_organisation_as_for_an_unknown_one(client: Client) -> None:
    member = clerk()
    opened(reporter(member))
    known = {**STRANGER, "sender_email": member.user.email, "sender_organisation": "Z12345"}
    pages = []
    for data in (known, STRANGER):
        mailed = client.post("/enquiries/new/portal_other/", data)
        pages.append((mailed.status_code, client.get(mailed["Location"]).content))
    assert re.sub(rb'nonce="[^"]*"', b"", pages[0][1]) == re.sub(rb'nonce="[^"]*"', b"", pages[1][1])


def test_drafts_nobody_sent_are_forgotten(client: Client, sign_in: SignIn) -> None:
    client.post("/enquiries/new/portal_other/", STRANGER)
    RequestDraft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    kept = begin(sign_in(clerk()))
    forget_all_drafts()
    assert [each.reference for each in RequestDraft.objects.all()] == [kept.rstrip("/").rpartition("/")[2]]
