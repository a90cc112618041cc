"""Takeovers that go through a change request: its proof, its decision, its effect (J13-J18, J21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from portal.accounts.models import Invitation
from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.casework.applying import actions
from portal.casework.applying.apply import end_cooling_off, finish_step
from portal.casework.applying.effects import carrier
from portal.casework.models import ChangeRequest, PlanStep
from portal.casework.numbers_on_file import NumberOnFile
from portal.casework.querysets import OfCaseQuerySet
from portal.casework.requester import objector
from portal.casework.requests import find_request
from portal.casework.services import record_call as calling
from portal.casework.services.commissioner_decides import decide_for_commissioner
from portal.casework.services.decide_request import approve_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.casework.services.withdraw_request import withdraw_request
from portal.casework.tests.asking import approver, asked, caller, commissioner, confirmed, practice, stranger
from portal.casework.tests.factories import agent
from portal.foundation.access import Actor
from portal.foundation.access.permissions import REGISTER
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation, OrganisationVersion
from portal.organisations.tests.factories import OrganisationFactory
from tests.attacks.takeover.attack import (
    a_notice_to_those_on_file,
    answers,
    attack,
    both,
    does_nothing,
    goes_through,
    may,
    without_constraints,
    without_triggers,
)

_SERVICES = "portal.casework.services"
_REQUESTS = "casework_changerequest"
_THREE_PEOPLE = without_constraints(
    _REQUESTS,
    "change_request_not_verified_by_requester",
    "change_request_not_approved_by_requester",
    "change_request_not_approved_by_caller",
)


def _state(request: ChangeRequest) -> str:
    request.refresh_from_db()
    return request.state


def _colluding() -> Actor:
    """One of the staff with both roles, and a fresh second factor."""
    staff = agent("data_manager", "approver", name="Colluding", user_id=900_066)
    return Actor(**{**vars(staff), "second_factor_at": timezone.now()})


def _verified(**details: Any) -> ChangeRequest:
    practice()
    request = asked(**details)
    record_call(caller(), request.reference, confirmed())
    return request


def _any_number(request: ChangeRequest, command: Any) -> NumberOnFile:
    return NumberOnFile(key="x", source="directory", number=command.number, whose="the attacker", since=None)


@attack(
    "only numbers on file can be chosen",
    lambda patch: patch.setattr(calling, "_number", _any_number),
    leaves=a_notice_to_those_on_file,
)
def the_number_in_the_request_is_called() -> bool:
    practice()
    request = asked()
    command = confirmed(number="01632 960 555")  # the nominee's own
    return goes_through(record_call, caller(), request.reference, command) and _state(request) == "approving"


@attack(
    "a number that is new in the directory does not confirm",
    lambda patch: patch.setattr(NumberOnFile, "settled", True),
    leaves=a_notice_to_those_on_file,
)
def a_number_planted_in_the_directory_is_called() -> bool:
    where = practice().organisation
    today = timezone.localdate()
    OrganisationVersion.objects.create(
        organisation=where, valid_from=today - timedelta(days=900), valid_to=today - timedelta(days=5),
        last_seen_on=today - timedelta(days=6), name=where.name, kind=where.kind, status="active",
        telephone="01632 960 999",
    )  # fmt: skip
    request = asked()
    return goes_through(record_call, caller(), request.reference, confirmed()) and _state(request) == "approving"


@attack(
    "the outcome is chosen and every question asked",
    does_nothing(f"{_SERVICES}.record_call._check"),
    leaves=a_notice_to_those_on_file,
)
def a_smooth_talker_is_believed_without_the_questions() -> bool:
    practice()
    request = asked()
    told = confirmed(asked=[], note="Sounded very sure of it.")
    return goes_through(record_call, caller(), request.reference, told) and _state(request) == "approving"


@attack("check_distance", both(does_nothing(f"{_SERVICES}.record_call.check_distance"), _THREE_PEOPLE))
def whoever_asked_makes_the_call() -> bool:
    practice()
    request = asked()
    ChangeRequest.objects.filter(pk=request.pk).update(requested_by_id=_colluding().user_id)
    return goes_through(record_call, _colluding(), request.reference, confirmed()) and _state(request) == "approving"


@attack("check_distance", both(does_nothing(f"{_SERVICES}.decide_request.check_distance"), _THREE_PEOPLE))
def whoever_asked_approves() -> bool:
    request = _verified()
    ChangeRequest.objects.filter(pk=request.pk).update(requested_by_id=_colluding().user_id)
    return goes_through(approve_request, _colluding(), request.reference) and _state(request) == "cooling_off"


@attack("check_not_the_caller", both(does_nothing(f"{_SERVICES}.decide_request.check_not_the_caller"), _THREE_PEOPLE))
def one_of_the_staff_calls_and_approves() -> bool:
    practice()
    request = asked()
    record_call(_colluding(), request.reference, confirmed())
    return goes_through(approve_request, _colluding(), request.reference) and _state(request) == "cooling_off"


@attack("check_distance", does_nothing(f"{_SERVICES}.record_call.check_distance"))
def a_member_of_the_practice_verifies_from_inside_the_operator() -> bool:
    membership = practice()
    request = asked()
    insider = agent("data_manager", name="Insider", user_id=membership.user_id)
    return goes_through(record_call, insider, request.reference, confirmed()) and _state(request) == "approving"


@attack("approving needs the permission", does_nothing("portal.foundation.access.actor.Actor.require"))
def a_support_agent_approves() -> bool:
    request = _verified()
    clerk = agent("support_agent", name="Clerk", user_id=900_067)
    clerk = Actor(**{**vars(clerk), "second_factor_at": timezone.now(), "permissions": _when_unchecked(clerk)})
    return goes_through(approve_request, clerk, request.reference) and _state(request) == "cooling_off"


def _when_unchecked(actor: Actor) -> frozenset[str]:
    """The actor's own permissions; all of them once nothing checks, because the table of steps asks as well."""
    nobody = Actor(name="x", audience="public")
    unchecked = goes_through(nobody.require, REGISTER["casework.approve_change"])
    return frozenset(REGISTER) if unchecked else actor.permissions


@attack(
    "approving needs a second factor given just now",
    does_nothing("portal.foundation.access.actor.Actor.require_fresh_second_factor"),
    leaves=a_notice_to_those_on_file,
)
def a_stolen_session_of_an_approver_approves() -> bool:
    request = _verified()
    stolen = agent("approver", name="Stolen", user_id=900_068)
    return goes_through(approve_request, stolen, request.reference) and _state(request) == "cooling_off"


def _pretend_approving(patch: pytest.MonkeyPatch, service: str = "decide_request") -> None:
    original = find_request

    def locked(actor: Actor, reference: str) -> ChangeRequest:
        request = original(actor, reference)
        request.state = "approving"
        return request

    patch.setattr(f"{_SERVICES}.{service}.lock_request", locked)


_NO_STEPS = both(
    _pretend_approving,
    without_triggers(_REQUESTS),
    without_constraints(_REQUESTS, "change_request_verified_first", "change_request_commissioner_first"),
)


@attack("the table of states, in the service and in the database", _NO_STEPS)
def approval_without_a_call() -> bool:
    practice()
    request = asked()
    return goes_through(approve_request, approver(), request.reference) and _state(request) == "cooling_off"


@attack("a stopped request is verified anew", _NO_STEPS)
def a_stopped_request_is_approved() -> bool:
    request = _verified()
    freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked")
    return goes_through(approve_request, approver(), request.reference) and _state(request) == "cooling_off"


@attack("the commissioner decides first", _NO_STEPS)
def a_closure_without_the_commissioner() -> bool:
    request = asked("closure", by=acting(practice()))
    return goes_through(approve_request, approver(), request.reference) and _state(request) == "applying"


@attack(
    "72 hours in which those on file can object",
    answers(False, f"{_SERVICES}.decide_request.needs_cooling_off"),
    leaves=a_notice_to_those_on_file,
)
def the_change_is_in_effect_before_anybody_reads_the_notice() -> bool:
    request = _verified()
    approve_request(approver(), request.reference)
    return Invitation.objects.filter(case_reference=request.reference).exists()


@attack(
    "the worker waits until the time is over",
    lambda patch: patch.setattr(f"{_SERVICES}.decide_request.timedelta", lambda hours: timedelta(seconds=-1)),
    leaves=a_notice_to_those_on_file,
)
def the_worker_is_made_to_hurry() -> bool:
    request = _verified()
    approve_request(approver(), request.reference)
    end_cooling_off(carrier(), request.reference)
    return _state(request) == "applying"


@attack(
    "a lost factor is reset only after the time to object",
    answers(False, f"{_SERVICES}.decide_request.needs_cooling_off"),
    leaves=a_notice_to_those_on_file,
)
def a_second_factor_is_taken_away_by_a_request() -> bool:
    practice()
    victim = UserFactory(email="lost@example.org")
    Authenticator.objects.create(user=victim, type=Authenticator.Type.TOTP, data={"secret": "x"})
    request = asked("lost_factor")
    record_call(caller(), request.reference, confirmed())
    approve_request(approver(), request.reference)
    return not Authenticator.objects.filter(user=victim).exists()


@attack(
    "notices go to those on file, never to an address from the request",
    lambda patch: patch.setattr(
        f"{_SERVICES}.start_request.addresses_on_file", lambda request: [request.case.opened_by_email]
    ),
    leaves=a_notice_to_those_on_file,
)
def the_warning_is_mailed_to_the_attacker() -> bool:
    practice()
    asked(practice_email="stranger@example.org")
    warned = OutboxMessage.objects.filter(kind="casework.somebody_asks").values_list("recipients", flat=True)
    return not any("z12345@example.org" in recipients for recipients in warned)


@attack(
    "every practice that a merger names is told",
    lambda patch: patch.setattr("portal.casework.people_on_file._codes_named", lambda request: []),
    leaves=a_notice_to_those_on_file,
)
def a_neighbour_is_merged_away_without_hearing_of_it() -> bool:
    ours = practice()
    victim = practice("Z77777")
    asked("merger", by=acting(ours))
    warned = OutboxMessage.objects.filter(kind="casework.somebody_asks").values_list("recipients", flat=True)
    return not any(victim.user.email in recipients for recipients in warned)


@attack(
    "one request of a kind as far as approval",
    without_constraints(_REQUESTS, "change_request_one_decided", "change_request_one_decided_for_a_code"),
)
def a_second_request_rides_on_the_proof_of_the_first() -> bool:
    _verified()
    second = asked(by=stranger("rider@example.org"))
    return goes_through(record_call, caller(), second.reference, confirmed()) and _state(second) == "approving"


def _see_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OfCaseQuerySet, "visible_to", lambda self, actor: self)
    patch.setattr("portal.casework.querysets.CaseQuerySet.visible_to", lambda self, actor: self)


@attack(
    "a request that has ended stays ended",
    both(lambda patch: _pretend_approving(patch, "freeze_request"), without_triggers(_REQUESTS)),
)
def an_old_stop_link_brings_a_withdrawn_request_back() -> bool:
    """Stopped requests go to an approver, so a stop would revive what its sender had taken back."""
    membership = practice()
    request = asked(by=acting(membership))
    withdraw_request(acting(membership), request.reference)
    link = objector("z12345@example.org", request.reference)
    return goes_through(freeze_request, link, request.reference, "unsure") and _state(request) == "frozen"


@attack("an approval counts once", _NO_STEPS)
def an_approved_request_is_approved_and_carried_out_again() -> bool:
    request = _verified()
    approve_request(approver(), request.reference)
    return goes_through(approve_request, approver(), request.reference)


@attack("a link leads to its own case", _see_everything)
def the_link_of_one_notice_stops_another_request() -> bool:
    practice()
    practice("Z54321")
    own, other = asked(), asked(code="Z54321")
    return goes_through(freeze_request, objector("z12345@example.org", own.reference), other.reference, "not_asked")


@attack(
    "a notice's link carries one right, to stop",
    lambda patch: patch.setattr("portal.casework.requester.FREEZE_CHANGE", REGISTER["casework.view_own_cases"]),
    leaves=a_notice_to_those_on_file,
)
def the_link_of_a_notice_reads_the_case() -> bool:
    practice()
    request = asked()
    return may(objector("z12345@example.org", request.reference), REGISTER["casework.view_own_cases"])


@attack("a commissioner decides for its own organisations", _see_everything)
def another_commissioner_agrees_to_a_closure() -> bool:
    request = asked("closure", by=acting(practice()))
    OrganisationFactory(kind="commissioner", code="QYY", name="OTHER BOARD")
    other = commissioner("QYY", user_id=900_069)
    return goes_through(decide_for_commissioner, other, request.reference, "agreed") and _state(request) == "approving"


@attack("check_distance", does_nothing(f"{_SERVICES}.commissioner_decides.check_distance"))
def a_partner_of_the_practice_agrees_for_the_commissioner() -> bool:
    membership = practice()
    partner = MembershipFactory(organisation=membership.organisation, roles=["read_only"])
    request = asked("closure", by=acting(membership))
    both_hats = commissioner(user_id=partner.user_id)
    return goes_through(decide_for_commissioner, both_hats, request.reference, "agreed")


@attack("a step of the portal cannot be ticked off", answers(True, "portal.casework.applying.apply.is_by_hand"))
def the_end_of_access_is_ticked_off_and_not_done() -> bool:
    membership = practice()
    request = asked("closure", by=acting(membership))
    decide_for_commissioner(commissioner(), request.reference, "agreed")
    approve_request(approver(), request.reference)
    step = PlanStep.objects.get(case=request.case, action="end_users")
    return goes_through(finish_step, caller(), request.reference, step.position, "Done, trust me.")


@attack(
    "a site that closes orders no numbered forms from approval on",
    lambda patch: patch.setitem(actions.ACTIONS, "hold_secure_orders", lambda request, step: actions.Done(said="x")),
)
def a_closing_practice_stocks_up_on_forms() -> bool:
    membership = practice()
    request = asked("closure", by=acting(membership))
    decide_for_commissioner(commissioner(), request.reference, "agreed")
    approve_request(approver(), request.reference)
    return may(acting(membership), REGISTER["supplies.order_secure_items"])


@attack(
    "a new address holds numbered forms back",
    lambda patch: patch.setitem(actions.ACTIONS, "hold_secure_orders", lambda request, step: actions.Done(said="x")),
)
def the_address_changes_and_then_the_forms_are_ordered() -> bool:
    membership = practice()
    request = asked("relocation", by=acting(membership), effective_on=timezone.localdate().isoformat())
    decide_for_commissioner(commissioner(), request.reference, "agreed")
    approve_request(approver(), request.reference)
    assert Organisation.objects.get(code="Z12345").postcode == "ZZ8 8ZZ"
    return may(acting(membership), REGISTER["supplies.order_secure_items"])
