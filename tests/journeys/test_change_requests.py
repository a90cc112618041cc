"""A change of people or sites, from the first page to its effect (J13, J18, J21, J29; F8, F12)."""

from __future__ import annotations

import re

import pytest

from portal.accounts.api import main_contact_of
from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.applying.due import carry_out_due
from portal.casework.models import ChangeRequest
from portal.casework.tests.asking import asked, practice
from portal.casework.tests.factories import staff_member
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_in(kind: str) -> str:
    """The path of the link in the newest e-mail of that kind."""
    found = re.search(r"http://[^/]+(/\S+/)", OutboxMessage.objects.filter(kind=kind).latest("id").body)
    assert found is not None
    return found[1]


def calls_and_confirms(data_manager: Visitor, reference: str) -> None:
    data_manager.go("staff_requests:requests")
    data_manager.looks_right("requests-queue")
    data_manager.follow(reference)
    data_manager.looks_right("request-to-verify")
    data_manager.press("Call to verify")
    data_manager.looks_right("request-call")
    data_manager.press("Keep the call")
    data_manager.sees("Choose the number you called.")
    data_manager.page.get_by_label("01632 960001").check()
    for question in data_manager.page.get_by_role("checkbox").all():
        question.check()
    data_manager.page.get_by_label("Somebody at the practice confirmed the change").check()
    data_manager.page.get_by_label("Whom did you speak to?").fill("Pat Partner")
    data_manager.page.get_by_label("What are they at the practice?").fill("Partner")
    data_manager.press("Keep the call")
    data_manager.sees("The call is kept.")


@everywhere
def test_f12_the_main_contact_changes_through_two_of_the_staff(visit: Visit, javascript: bool, width: int) -> None:
    member = practice(name="PARK SURGERY")
    request = asked(by=acting(member))
    calls_and_confirms(visit(staff_member("data_manager"), javascript=javascript, width=width), request.reference)
    approver = visit(staff_member("approver"), javascript=javascript, width=width)
    approver.go("staff_requests:request", reference=request.reference)
    approver.press("Approve")
    approver.sees("This will change")
    approver.looks_right("request-approve")
    approver.press("Approve")
    approver.sees("The request is approved.")
    approver.looks_right("request-plan")
    owner = visit(member, javascript=javascript, width=width)
    owner.go("casework:case", code="Z12345", reference=request.reference)
    owner.sees("Waiting for Dr Noor Ahmed")
    owner.looks_right("request-own-plan")
    invitation = OutboxMessage.objects.filter(recipients__contains=["noor.ahmed@example.org"]).latest("id")
    path = re.search(r"http://[^/]+(/invitation/\S+/)", invitation.body)
    assert path is not None
    nominee = visit(javascript=javascript, width=width)
    nominee.go(path[1])
    nominee.looks_right("invitation-main-contact")
    nominee.page.get_by_role("button").first.click()
    nominee.page.wait_for_load_state()
    carry_out_due()
    present = main_contact_of(member.organisation_id)
    assert present is not None and present.email == "noor.ahmed@example.org"
    assert ChangeRequest.objects.get().state == "applied"


@everywhere
def test_somebody_on_file_stops_a_change(visit: Visit, javascript: bool, width: int) -> None:
    practice()
    request = asked()
    person = visit(javascript=javascript, width=width)
    person.go(link_in("casework.somebody_asks"))
    person.looks_right("request-notice-link")
    person.press("Continue")
    person.sees("Stop this change")
    person.looks_right("request-stop")
    person.page.get_by_label("Nobody here asked for this").check()
    person.press("Stop this change")
    person.sees("What happens next")
    person.looks_right("request-stopped")
    request.refresh_from_db()
    assert request.state == "frozen"


@everywhere
def test_f8_a_closure_is_agreed_by_the_commissioner_and_planned(visit: Visit, javascript: bool, width: int) -> None:
    member = practice(name="PARK SURGERY")
    request = asked("closure", by=acting(member))
    board = MembershipFactory(organisation=Organisation.objects.get(code="QZZ"), roles=["commissioner_approver"])
    decider = visit(board, javascript=javascript, width=width)
    decider.go("accounts:select_organisation")
    decider.sees("Requests of your organisations")
    decider.looks_right("commissioner-requests")
    decider.follow(request.reference)
    decider.looks_right("commissioner-request")
    decider.press("Decide")
    decider.looks_right("commissioner-decide")
    decider.page.get_by_label("Ask a question first").check()
    decider.page.get_by_label("Your question, or why you refuse").fill("Who takes the patients?")
    decider.press("Send my decision")
    decider.sees("Your question was sent.")
    owner = visit(member, javascript=javascript, width=width)
    owner.go("casework:case", code="Z12345", reference=request.reference)
    owner.sees("Who takes the patients?")
    owner.press("Answer the commissioner")
    owner.looks_right("request-answer")
    owner.page.get_by_label("Your answer").fill("The practice in the next street.")
    owner.press("Send the answer")
    owner.sees("Your message was sent.")
    decider.go("commissioner:decide", code="QZZ", reference=request.reference)
    decider.page.get_by_label("Agreed").check()
    decider.press("Send my decision")
    decider.sees("You agreed.")
    approver = visit(staff_member("approver"), javascript=javascript, width=width)
    approver.go("staff_requests:approve", reference=request.reference)
    approver.press("Approve")
    approver.sees("The plan")
    approver.looks_right("closure-plan")
    approver.follow("Say it is done")
    approver.page.get_by_label("What was arranged, and with whom?").fill("The courier collects on Monday.")
    approver.press("It is done")
    approver.sees("The step is settled.")
