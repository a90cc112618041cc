"""An approved request is carried out by its plan: everything it said, once, on its day, and nothing half (J13-J18)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.accounts.api import main_contact_of
from portal.accounts.models import Invitation, Membership, User
from portal.accounts.services.answer_invitation import accept_invitation, decline_invitation
from portal.accounts.tests.acting import acting
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.applying import actions
from portal.casework.applying.apply import finish_step, go_on, skip_step, try_again
from portal.casework.applying.due import carry_out_due
from portal.casework.applying.effects import carrier
from portal.casework.applying.plans import plan_of
from portal.casework.models import Case, ChangeRequest, PlanStep
from portal.casework.requester import objector
from portal.casework.services.commissioner_decides import decide_for_commissioner
from portal.casework.services.decide_request import approve_request, unfreeze_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.casework.tests.asking import approver, asked, caller, commissioner, confirmed, practice
from portal.casework.tests.factories import opened, reporter
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.access.permissions import REGISTER
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.worker.one_by_one import SomeFailed
from portal.organisations.models import Organisation, OrganisationVersion
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.factories import place_new_order

pytestmark = pytest.mark.django_db

INVITED = Actor(name="Somebody invited", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))


def approved(kind: str = "main_contact", *, membership: Membership | None = None, **changes: Any) -> ChangeRequest:
    """A request of the Main Contact that has gone all the way to approval."""
    who = membership or practice()
    request = asked(kind, by=acting(who), code=who.organisation.code, **changes)
    if request.state == "commissioner":
        decide_for_commissioner(commissioner(), request.reference, "agreed")
    else:
        record_call(caller(), request.reference, confirmed(_number_of(request)))
    approve_request(approver(), request.reference)
    request.refresh_from_db()
    return request


def _number_of(request: ChangeRequest) -> str:
    assert request.organisation is not None
    return request.organisation.code


def the_day_comes(request: ChangeRequest) -> None:
    """Moves the plan's days to today, and lets the worker run."""
    request.case.plan.filter(state="planned").update(due_on=timezone.localdate())
    carry_out_due()
    request.refresh_from_db()


def invited_token() -> str:
    """The secret in the newest invitation's e-mail."""
    body = OutboxMessage.objects.filter(about=Invitation.objects.latest("id").reference).latest("id").body
    found = re.search(r"/invitation/(\S+)/", body)
    assert found is not None
    return found[1]


def state_of(request: ChangeRequest, action: str, target: str = "") -> str:
    steps = PlanStep.objects.filter(case=request.case, action=action)
    found: PlanStep = steps.get(target=target) if target else steps.get()
    return found.state


def test_the_nominee_is_invited_and_the_request_is_done_when_they_accept() -> None:
    membership = practice()
    request = approved(membership=membership)
    assert request.state == "applying"
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.case_reference) == ("noor.ahmed@example.org", request.reference)
    assert main_contact_of(membership.organisation_id) == membership.user  # nothing changes before the answer
    accept_invitation(INVITED, invited_token())
    carry_out_due()
    request.refresh_from_db()
    assert request.state == "applied" and request.applied_at is not None
    present = main_contact_of(membership.organisation_id)
    assert present is not None and present.email == "noor.ahmed@example.org"
    request.case.refresh_from_db()
    assert request.case.state == "resolved"
    assert OutboxMessage.objects.filter(kind="casework.request_done").count() == 1


def test_doing_it_again_changes_nothing() -> None:
    request = approved()
    sent = OutboxMessage.objects.count()
    carry_out_due()
    go_on(carrier(), request.reference)
    assert Invitation.objects.count() == 1 and OutboxMessage.objects.count() == sent
    assert PlanStep.objects.filter(case=request.case).count() == len(plan_of(request))


def test_what_cools_off_takes_effect_only_when_the_time_is_over() -> None:
    practice()
    request = asked()
    record_call(caller(), request.reference, confirmed())
    approve_request(approver(), request.reference)
    carry_out_due()
    request.refresh_from_db()
    assert request.state == "cooling_off" and not Invitation.objects.exists()
    ChangeRequest.objects.filter(pk=request.pk).update(cooling_off_until=timezone.now() - timedelta(seconds=1))
    carry_out_due()
    request.refresh_from_db()
    assert request.state == "applying" and Invitation.objects.count() == 1


def test_a_declined_invitation_is_a_failed_step_that_somebody_sends_again() -> None:
    request = approved()
    decline_invitation(INVITED, invited_token())
    carry_out_due()
    step = PlanStep.objects.get(case=request.case)
    assert step.state == "failed" and "not accepted" in step.last_error
    try_again(caller(), request.reference, step.position)
    step.refresh_from_db()
    assert step.state == "planned" and "Waiting for" in step.progress
    assert Invitation.objects.filter(state="waiting").count() == 1


def test_stopped_while_it_is_carried_out_the_invitation_is_taken_back() -> None:
    request = approved()
    freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked")
    assert not PlanStep.objects.filter(case=request.case).exists()
    assert Invitation.objects.get().state == "cancelled"
    unfreeze_request(approver(), request.reference, "It was right after all.")
    record_call(caller(), request.reference, confirmed())
    approve_request(approver("Second", 900_099), request.reference)
    assert Invitation.objects.filter(state="waiting").count() == 1


def test_what_is_in_effect_cannot_be_stopped_any_more() -> None:
    request = approved()
    accept_invitation(INVITED, invited_token())
    carry_out_due()
    with pytest.raises(Conflict), transaction.atomic():
        freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked")


def test_accepted_but_not_yet_settled_it_cannot_be_stopped_either() -> None:
    request = approved()
    accept_invitation(INVITED, invited_token())
    with pytest.raises(Conflict, match="in effect already"), transaction.atomic():
        freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked")


def test_a_branch_is_entered_and_its_main_contact_invited() -> None:
    request = approved("new_branch")
    branch = Organisation.objects.get(code="Z12345001")
    assert (branch.kind, branch.contractor_type, branch.status) == ("gp_branch", "gp", "active")
    assert branch.parent is not None and branch.parent.code == "Z12345"
    assert branch.address == ["1 New Street", "Newtown", "ZZ9 9ZZ"]
    assert branch.commissioner_code == "QZZ"
    assert Invitation.objects.get().organisation == branch
    assert state_of(request, "add_site") == "done"


def test_a_code_that_belongs_to_a_closed_site_fails_the_step_and_nothing_else() -> None:
    OrganisationFactory(code="Z12345001", kind="gp_branch", status="closed")
    request = approved("new_branch")
    step = PlanStep.objects.get(case=request.case, action="add_site")
    assert (request.state, step.state) == ("applying", "failed") and "closed" in step.last_error
    assert step.next_try_at is not None and not Invitation.objects.exists()  # the steps after it wait
    skip_step(caller(), request.reference, step.position, "The directory has it under another code.")
    assert state_of(request, "add_site") == "skipped"


def test_a_further_site_and_a_new_site_are_entered() -> None:
    for number, kind in enumerate(("new_site", "extend_main_contact")):
        code = f"Z9999{number}"
        membership = practice(f"Z1234{number}")
        OrganisationFactory(code=code, name="KNOWN SITE")
        request = asked(kind, by=acting(membership), code=f"Z1234{number}", site_code=code)
        request.organisation = Organisation.objects.get(code=code)
        request.save()
        record_call(caller(), request.reference, confirmed(code))
        approve_request(approver(), request.reference)
        request.refresh_from_db()
        assert request.state == "applying"
        assert Invitation.objects.get(organisation__code=code).replaces_main_contact


def test_a_relocation_waits_for_its_day_then_moves_the_address_and_waiting_orders() -> None:
    membership = practice()
    order = place_new_order(acting(membership), on_hand=0)
    request = approved("relocation", membership=membership)
    assert request.state == "applying" and not request.case.plan.filter(state="done").exists()
    assert acting(membership).can(REGISTER["supplies.order_secure_items"])
    membership.organisation.refresh_from_db()
    assert membership.organisation.postcode == "ZZ1 1ZZ"
    Organisation.objects.filter(code="Z12345").update(valid_from=date(2020, 1, 1))
    the_day_comes(request)
    membership.organisation.refresh_from_db()
    assert membership.organisation.address == ["2 Other Street", "ZZ8 8ZZ"]
    assert OrganisationVersion.objects.get(organisation__code="Z12345").postcode == "ZZ1 1ZZ"
    order.refresh_from_db()
    assert (order.delivery_lines, order.delivery_postcode) == (["2 Other Street"], "ZZ8 8ZZ")
    assert not acting(membership).can(REGISTER["supplies.order_secure_items"])  # an address, then an order for it
    assert request.state == "applied"


def test_a_closure_ends_everything_on_its_day_and_waits_for_what_people_arrange() -> None:
    membership = practice()
    colleague = MembershipFactory(organisation=membership.organisation, roles=["read_only"])
    elsewhere = MembershipFactory(user=colleague.user, roles=["read_only"])
    order = place_new_order(acting(membership), on_hand=0)
    request = approved("closure", membership=membership)
    assert not acting(membership).can(REGISTER["supplies.order_secure_items"])  # from approval on
    records = request.case.plan.get(action="arrange_records")
    assert records.progress.startswith("0 records should be there. The site counts them")
    [forms] = request.case.plan.filter(action__in=actions.BY_HAND)
    assert forms.action == "return_secure_forms"
    assert forms.due_on == timezone.localdate() + timedelta(days=46)
    the_day_comes(request)
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert not Membership.objects.live().filter(organisation=membership.organisation).exists()  # type: ignore[attr-defined]
    assert Membership.objects.live().filter(pk=elsewhere.pk).exists()  # type: ignore[attr-defined]
    membership.organisation.refresh_from_db()
    assert membership.organisation.status == "closed"
    assert request.state == "applying"  # the records are not arranged for, so it is not done
    with pytest.raises(InvalidInput), transaction.atomic():
        finish_step(caller(), request.reference, forms.position, " ")
    finish_step(caller(), request.reference, forms.position, "Collected on Monday by the courier.")
    skip_step(caller(), request.reference, records.position, "They hold none.")
    request.refresh_from_db()
    assert request.state == "applied"


def test_a_person_cannot_tick_off_what_the_portal_does() -> None:
    request = approved("closure")
    step = PlanStep.objects.get(case=request.case, action="end_users")
    with pytest.raises(Conflict), transaction.atomic():
        finish_step(caller(), request.reference, step.position, "Done.")


def test_a_merger_makes_branches_and_closes_the_old_codes() -> None:
    survivor, merging = practice(), practice("Z77777", name="MERGING SURGERY")
    case = opened(reporter(merging, "main_contact"))
    order = place_new_order(acting(merging), on_hand=0)
    request = approved("merger", membership=survivor)
    the_day_comes(request)
    branch = Organisation.objects.get(code="Z12345001")
    assert branch.parent == survivor.organisation and branch.name == "MERGING SURGERY"
    assert Invitation.objects.get(organisation=branch).email == survivor.user.email
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.organisation, order.state) == (branch, "cancelled")
    merging.organisation.refresh_from_db()
    assert merging.organisation.status == "closed"
    assert not Membership.objects.live().filter(organisation=merging.organisation).exists()  # type: ignore[attr-defined]
    assert Membership.objects.live().filter(organisation=survivor.organisation).exists()  # type: ignore[attr-defined]
    assert Case.objects.get(pk=request.case_id).organisation == survivor.organisation  # the request itself stays


def test_a_lost_factor_is_reset_after_the_time_to_object() -> None:
    practice()
    User.objects.create_user(
        reference="US-LOST", email="lost@example.org", forename="Lost", surname="Person", telephone="1"
    )
    request = asked("lost_factor")
    record_call(caller(), request.reference, confirmed())
    approve_request(approver(), request.reference)
    ChangeRequest.objects.filter(pk=request.pk).update(cooling_off_until=timezone.now())
    carry_out_due()
    request.refresh_from_db()
    assert request.state == "applied"
    assert OutboxMessage.objects.filter(recipients__contains=["lost@example.org"]).exists()


def test_a_step_that_breaks_is_kept_as_failed_and_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the step did is undone with it; steps before it stay."""

    def breaks(request: ChangeRequest, step: PlanStep) -> actions.Outcome:
        Organisation.objects.filter(code="Z12345").update(name="HALF DONE")
        raise RuntimeError("planted")

    monkeypatch.setitem(actions.ACTIONS, "close_site", breaks)
    request = approved("closure")
    the_day_comes(request)
    step = PlanStep.objects.get(case=request.case, action="close_site")
    assert step.state == "failed" and "went wrong in the portal" in step.last_error
    assert Organisation.objects.get(code="Z12345").name != "HALF DONE"
    assert state_of(request, "end_users") == "done"
    monkeypatch.undo()
    carry_out_due()  # too early
    assert state_of(request, "close_site") == "failed"
    PlanStep.objects.filter(pk=step.pk).update(next_try_at=timezone.now())
    carry_out_due()
    assert state_of(request, "close_site") == "done"


def test_a_request_that_cannot_go_on_holds_up_no_other() -> None:
    practice()
    practice("Z54321")
    broken, other = asked(), asked(code="Z54321")
    for request in (broken, other):
        record_call(caller(), request.reference, confirmed(_number_of(request)))
        approve_request(approver(), request.reference)
    ChangeRequest.objects.update(cooling_off_until=timezone.now() - timedelta(minutes=1))
    ChangeRequest.objects.filter(pk=broken.pk).update(answers={})  # nothing can be planned from this
    with pytest.raises(SomeFailed, match=rf"^1 of 2 failed: {broken.reference} \("):  # staff sees it on the dashboard
        carry_out_due()
    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.state, other.state) == ("cooling_off", "applying")


def test_the_plan_of_every_kind_can_be_read_before_approval() -> None:
    practice()
    practice("Z77777")
    for kind in ("main_contact", "new_branch", "merger", "closure", "relocation", "lost_factor", "new_site"):
        plan = plan_of(asked(kind))
        assert plan and all(step.title.endswith(".") for step in plan), kind
        assert {step.action for step in plan} <= actions.ACTIONS.keys() | actions.BY_HAND
