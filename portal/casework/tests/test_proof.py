"""A change is asked for, proved and decided by three people, and those on file can stop it (J21, J29, trust 2.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import CallAttempt, ChangeRequest, Decision, VerifiedContact
from portal.casework.numbers_on_file import numbers_on_file
from portal.casework.requester import objector
from portal.casework.services.commissioner_decides import answer_question, decide_for_commissioner
from portal.casework.services.decide_request import approve_request, refuse_request, send_back, unfreeze_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.casework.services.withdraw_request import withdraw_request
from portal.casework.tests.asking import approver, asked, caller, commissioner, confirmed, practice, stranger
from portal.casework.tests.factories import agent
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, DomainError, FreshSecondFactorNeeded, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import OrganisationVersion

pytestmark = pytest.mark.django_db


def refused(error: type[DomainError], action: object, *arguments: object) -> str:
    """Fails unless the service raises; returns the sentence, and leaves the transaction as it was."""
    with pytest.raises(error) as raised, transaction.atomic():
        action(*arguments)  # type: ignore[operator]
    return str(raised.value)


def now(request: ChangeRequest) -> ChangeRequest:
    request.refresh_from_db()
    return request


def verified() -> ChangeRequest:
    practice()
    request = asked()
    record_call(caller(), request.reference, confirmed())
    return now(request)


def test_a_call_that_confirms_leads_to_approval_and_is_kept() -> None:
    request = verified()
    assert (request.state, request.verified_by_id, request.telephone_called) == ("approving", 900_021, "01632 960001")
    call = CallAttempt.objects.get()
    assert (call.number, call.number_source, call.spoke_to) == ("01632 960001", "directory", "Pat Partner")
    assert VerifiedContact.objects.get().name == "Pat Partner"


def test_a_call_that_settles_nothing_is_kept_and_the_request_waits() -> None:
    practice()
    request = asked()
    record_call(caller(), request.reference, confirmed(outcome="no_answer", spoke_to="", position="", asked=[]))
    assert now(request).state == "verifying" and CallAttempt.objects.count() == 1


def test_a_denial_stops_the_request_and_everybody_hears_of_it() -> None:
    practice()
    request = asked()
    OutboxMessage.objects.all().delete()
    record_call(caller(), request.reference, confirmed(outcome="denied", asked=["who"]))
    assert now(request).state == "frozen" and "telephone" in request.frozen_because
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"casework.request_frozen", "casework.request_frozen_on_file"} <= kinds


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "directory:Z00000"}, "numbers we hold"),
        ({"number": "01632 960 123"}, "numbers we hold"),
        ({"outcome": "fine"}, "Choose how the call ended"),
        ({"spoke_to": " "}, "name of the person"),
        ({"position": ""}, "what that person is"),
        ({"asked": ["who"]}, "Tick every question"),
    ],
)
def test_a_confirmation_that_proves_nothing_is_refused(changes: dict[str, object], field: str) -> None:
    practice()
    request = asked()
    assert field in refused(InvalidInput, record_call, caller(), request.reference, confirmed(**changes))
    assert now(request).state == "verifying" and not CallAttempt.objects.exists()


def test_a_number_that_is_new_in_the_directory_does_not_confirm() -> None:
    where = practice().organisation
    today = timezone.localdate()
    OrganisationVersion.objects.create(
        organisation=where, valid_from=today - timedelta(days=900), valid_to=today - timedelta(days=30),
        last_seen_on=today - timedelta(days=31), name=where.name, kind=where.kind, status="active",
        telephone="01632 960 999",
    )  # fmt: skip
    request = asked()
    (number,) = numbers_on_file(request)
    assert not number.settled and "01632 960 999" in number.warning
    assert "does not count" in refused(InvalidInput, record_call, caller(), request.reference, confirmed())


def test_whoever_asked_neither_calls_nor_approves() -> None:
    """Control: check_distance; the database's constraints stand behind it (seen to refuse with it taken out)."""
    practice()
    staff = agent("data_manager", "approver", name="Both", user_id=900_040)
    both = Actor(**{**vars(staff), "second_factor_at": timezone.now()})
    request = asked()
    ChangeRequest.objects.filter(pk=request.pk).update(requested_by_id=both.user_id)
    assert "You asked" in refused(Refused, record_call, both, request.reference, confirmed())
    record_call(caller(), request.reference, confirmed())
    assert "You asked" in refused(Refused, approve_request, both, request.reference)


def test_whoever_called_does_not_approve() -> None:
    practice()
    staff = agent("data_manager", "approver", name="Both", user_id=900_040)
    both = Actor(**{**vars(staff), "second_factor_at": timezone.now()})
    request = asked()
    record_call(both, request.reference, confirmed())
    assert "You made the call" in refused(Refused, approve_request, both, request.reference)


def test_a_member_of_the_practice_who_works_for_the_operator_stays_away() -> None:
    membership = practice()
    request = asked()
    insider = agent("data_manager", name="Insider", user_id=membership.user_id)
    assert "You belong to" in refused(Refused, record_call, insider, request.reference, confirmed())


def test_approving_needs_a_fresh_second_factor() -> None:
    request = verified()
    stale = agent("approver", name="Stale", user_id=900_050)
    refused(FreshSecondFactorNeeded, approve_request, stale, request.reference)
    assert now(request).state == "approving"


def test_a_change_that_may_surprise_cools_off_first() -> None:
    request = verified()
    OutboxMessage.objects.all().delete()
    approve_request(approver(), request.reference)
    assert now(request).state == "cooling_off"
    assert request.cooling_off_until is not None and request.cooling_off_until > timezone.now() + timedelta(hours=71)
    notices = OutboxMessage.objects.filter(kind="casework.request_takes_effect")
    assert notices.count() == 2  # the Main Contact, and the practice's own address
    assert all("/link/" in each.body for each in notices)


def test_a_handover_by_the_main_contact_is_carried_out_at_once() -> None:
    membership = practice()
    request = asked(by=acting(membership))
    record_call(caller(), request.reference, confirmed())
    approve_request(approver(), request.reference)
    assert now(request).state == "applying"


def test_two_requests_cannot_both_come_as_far_as_approval() -> None:
    practice()
    first, second = asked(), asked(by=stranger("other@example.org"))
    record_call(caller(), first.reference, confirmed())
    assert "further on" in refused(Conflict, record_call, caller(), second.reference, confirmed())


def test_sent_back_it_is_verified_anew() -> None:
    request = verified()
    send_back(approver(), request.reference, "The person called has left.")
    assert now(request).state == "verifying" and request.verified_by_id is None
    assert Decision.objects.get().outcome == "sent_back"
    refused(InvalidInput, send_back, approver(), request.reference, " ")


def test_refused_it_ends_and_whoever_asked_reads_why() -> None:
    request = verified()
    refuse_request(approver(), request.reference, "Nobody there knows the nominee.")
    assert now(request).state == "refused"
    request.case.refresh_from_db()
    assert request.case.state == "resolved" and "Nobody there knows" in request.case.answer
    assert OutboxMessage.objects.filter(kind="casework.request_refused").exists()


@pytest.mark.parametrize("state", ["verifying", "approving", "cooling_off", "applying"])
def test_somebody_on_file_stops_it_at_any_time_before_it_is_done(state: str) -> None:
    practice()
    request = asked()
    if state != "verifying":
        record_call(caller(), request.reference, confirmed())
    if state in ("cooling_off", "applying"):
        approve_request(approver(), request.reference)
    if state == "applying":
        ChangeRequest.objects.filter(pk=request.pk).update(cooling_off_until=timezone.now())
        from portal.casework.applying.due import carry_out_due

        carry_out_due()
    assert now(request).state == state
    freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked")
    assert now(request).state == "frozen" and request.frozen_by_name == "z12345@example.org"
    # Again does nothing, and says nothing.
    freeze_request(objector("z12345@example.org", request.reference), request.reference, "unsure")
    assert now(request).frozen_because == "Nobody here asked for this"


def test_a_link_stops_only_its_own_request() -> None:
    practice()
    practice("Z54321")
    own, other = asked(), asked(code="Z54321")
    refused(NotFound, freeze_request, objector("z12345@example.org", own.reference), other.reference, "not_asked")
    assert now(other).state == "verifying"


def test_a_stopped_request_goes_on_only_through_a_new_verification() -> None:
    request = verified()
    freeze_request(objector("z12345@example.org", request.reference), request.reference, "unsure")
    refused(Conflict, approve_request, approver(), request.reference)
    unfreeze_request(approver(), request.reference, "The practice has called back.")
    assert now(request).state == "verifying" and request.verified_at is None


def test_whoever_asked_takes_it_back() -> None:
    membership = practice()
    actor = acting(membership)
    request = asked(by=actor)
    withdraw_request(actor, request.reference)
    assert now(request).state == "withdrawn"
    refused(Conflict, withdraw_request, actor, request.reference)


def test_the_commissioner_agrees_asks_and_refuses() -> None:
    membership = practice()
    actor = acting(membership)
    request = asked("closure", by=actor)
    assert request.state == "commissioner"
    board = commissioner()
    refused(InvalidInput, decide_for_commissioner, board, request.reference, "refused", "")
    decide_for_commissioner(board, request.reference, "queried", "Where do the patients go?")
    assert now(request).state == "queried"
    refused(InvalidInput, answer_question, actor, request.reference, " ")
    answer_question(actor, request.reference, "To the next practice.")
    assert now(request).state == "commissioner"
    assert [message.side for message in request.case.messages.order_by("id")] == ["commissioner", "requester"]
    decide_for_commissioner(board, request.reference, "agreed")
    assert now(request).state == "approving" and request.commissioner_decided_by_id == board.user_id
    refused(Conflict, decide_for_commissioner, board, request.reference, "refused", "No.")


def test_a_refusal_by_the_commissioner_ends_it() -> None:
    request = asked("closure", by=acting(practice()))
    decide_for_commissioner(commissioner(), request.reference, "refused", "Patients would be left without a practice.")
    assert now(request).state == "refused"


def test_another_commissioner_sees_nothing_of_it() -> None:
    from portal.organisations.tests.factories import OrganisationFactory

    request = asked("closure", by=acting(practice()))
    OrganisationFactory(kind="commissioner", code="QYY", name="OTHER BOARD")
    refused(NotFound, decide_for_commissioner, commissioner("QYY"), request.reference, "agreed")


def test_a_member_of_the_practice_does_not_decide_for_the_commissioner() -> None:
    membership = practice()
    colleague = MembershipFactory(organisation=membership.organisation, roles=["read_only"])
    request = asked("closure", by=acting(membership))
    insider = commissioner(user_id=colleague.user_id)
    assert "You belong to" in refused(Refused, decide_for_commissioner, insider, request.reference, "agreed")
