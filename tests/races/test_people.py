"""Two at once about people and their changes: invitations, roles, approvals, a stop (J12, J13, J21; P2).

Every race is run twice: as the code is, and with its lock taken out. The second half asserts that the race then
does harm; each was seen to on 23 November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, RoleGrant
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services import answer_invitation
from portal.accounts.services.answer_invitation import accept_invitation
from portal.accounts.services.change_access import change_roles, deactivate
from portal.accounts.services.invite_user import (
    AppointMainContact,
    InviteUser,
    appoint_main_contact,
    invite_user,
)
from portal.accounts.tests.acting import acting, somebody
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import ChangeRequest
from portal.casework.requester import objector
from portal.casework.requests import find_request
from portal.casework.services.decide_request import approve_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.casework.tests.asking import approver, asked, caller, confirmed, practice
from portal.foundation.access import OWN_ACCOUNT, Actor, system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, DomainError
from portal.foundation.outbox.models import OutboxMessage
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

_INVITED = Actor(name="Somebody invited", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))
_ANSWERING = "portal.accounts.services.answer_invitation"
_CHANGING = "portal.accounts.services.change_access"
_DECIDING = "portal.casework.services.decide_request"


def _token(invitation: Invitation) -> str:
    body = OutboxMessage.objects.filter(about=invitation.reference).latest("id").body
    found = re.search(r"/invitation/(\S+)/", body)
    assert found is not None
    return found[1]


def _errors(results: list[Any]) -> list[Exception]:
    return [each for each in results if isinstance(each, Exception)]


@contextmanager
def _without_index(name: str, *emptied: Any) -> Iterator[None]:
    """Drops a unique index and puts it back; ``emptied`` are the models whose rows would stand in its way."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_indexdef(%s::regclass)", [name])
        definition = cursor.fetchone()[0]
        cursor.execute(f'drop index "{name}"')
        try:
            yield
        finally:
            for model in emptied:
                model.objects.all().delete()
            cursor.execute(definition)


def _invite_twice() -> list[Any]:
    first, second, _ = _three_at_a_practice()
    command = InviteUser(person=somebody(), roles=["read_only"])
    return at_once(lambda: invite_user(first, command), lambda: invite_user(second, command))


def test_two_invitations_of_one_person_leave_one_waiting() -> None:
    assert len(_errors(_invite_twice())) == 1
    assert Invitation.objects.filter(state="waiting").count() == 1


def test_without_the_index_two_invitations_wait() -> None:
    with _without_index("invitation_one_waiting", Invitation):
        assert _errors(_invite_twice()) == []
        assert Invitation.objects.filter(state="waiting").count() == 2


def _accept_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    manager = MembershipFactory(roles=["main_contact"])
    token = _token(invite_user(acting(manager), InviteUser(person=somebody(), roles=["read_only"])))
    Meeting().after(monkeypatch, f"{_ANSWERING}.knows")
    return at_once(lambda: accept_invitation(_INVITED, token), lambda: accept_invitation(_INVITED, token))


def test_an_invitation_accepted_twice_gives_one_membership(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _accept_twice(monkeypatch)
    assert len(_errors(results)) == 1 and isinstance(_errors(results)[0], Conflict)
    assert Membership.objects.filter(user__email="new.person@example.org").count() == 1


def test_without_the_lock_the_record_says_that_it_was_accepted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    _unlocked_invitations(monkeypatch)
    assert _errors(_accept_twice(monkeypatch)) == []
    assert AuditEvent.objects.filter(type="accounts.invitation_accepted").count() == 2


def _unlocked_invitations(monkeypatch: pytest.MonkeyPatch) -> None:
    original = answer_invitation.find_invitation
    monkeypatch.setattr(f"{_ANSWERING}.find_invitation", lambda token, *, lock=False: original(token))


def _two_handovers() -> tuple[Membership, list[str]]:
    """A practice for which two approved requests have appointed two people."""
    old = MembershipFactory(roles=["main_contact"])
    portal = system_actor("The portal", GRANT_MEMBERSHIP)
    tokens = []
    for number in (1, 2):
        person = somebody(f"successor{number}@example.org")
        command = AppointMainContact(
            person=person, organisation_code=old.organisation.code, case_reference=f"CA-RACE-000{number}"
        )
        tokens.append(_token(appoint_main_contact(portal, command)))
    return old, tokens


def _accept_both(monkeypatch: pytest.MonkeyPatch) -> tuple[Membership, list[Any]]:
    old, tokens = _two_handovers()
    Meeting().after(monkeypatch, f"{_ANSWERING}._end_predecessor")
    return old, at_once(*[lambda token=token: accept_invitation(_INVITED, token) for token in tokens])  # type: ignore[misc]


def _main_contacts(of: Membership) -> int:
    return RoleGrant.objects.filter(organisation=of.organisation, role="main_contact", ended_at=None).count()


def test_two_successors_who_accept_at_once_never_make_two_main_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    old, _ = _accept_both(monkeypatch)
    assert _main_contacts(old) == 1


def test_without_lock_and_index_there_are_two_main_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(invitation: Invitation) -> None:
        held = RoleGrant.objects.filter(organisation=invitation.organisation, role="main_contact", ended_at=None)
        held.update(ended_at=timezone.now())

    monkeypatch.setattr(f"{_ANSWERING}._end_predecessor", unlocked)
    with _without_index("one_main_contact_per_organisation", RoleGrant):
        old, tokens = _two_handovers()
        RoleGrant.objects.filter(organisation=old.organisation).update(ended_at=timezone.now())
        Meeting().after(monkeypatch, f"{_ANSWERING}._end_predecessor")
        at_once(*[lambda token=token: accept_invitation(_INVITED, token) for token in tokens])  # type: ignore[misc]
        assert _main_contacts(old) == 2


def _three_at_a_practice() -> tuple[Actor, Actor, Membership]:
    """Two who manage, and the clerk whose access they change."""
    manager = MembershipFactory(roles=["main_contact"])
    deputy = MembershipFactory(organisation=manager.organisation, roles=["deputy"])
    clerk = MembershipFactory(organisation=manager.organisation, roles=["read_only"])
    return acting(manager), acting(deputy), clerk


def _roles_left(of: Membership) -> int:
    return RoleGrant.objects.filter(membership=of, ended_at=None).count()


def test_whoever_is_ended_while_their_roles_change_holds_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, clerk = _three_at_a_practice()
    Meeting().after(monkeypatch, f"{_CHANGING}.roles_held_on")
    at_once(
        lambda: change_roles(first, clerk.reference, ["supplies_order_clerk"]),
        lambda: deactivate(second, clerk.reference),
    )
    assert not Membership.objects.live().filter(pk=clerk.pk).exists()  # type: ignore[attr-defined]
    assert _roles_left(clerk) == 0


def test_without_the_lock_an_ended_person_is_given_a_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ending comes between the reading and the writing of the change."""
    first, second, clerk = _three_at_a_practice()

    def unlocked(actor: Actor, reference: str) -> Membership:
        visible = Membership.objects.managed_by(actor)  # type: ignore[attr-defined]
        return visible.select_related("user", "organisation").get(reference=reference)  # type: ignore[no-any-return]

    def meanwhile(actor: Actor, roles: Any) -> None:
        assert _errors(at_once(lambda: deactivate(second, clerk.reference))) == []

    monkeypatch.setattr(f"{_CHANGING}.lock_membership", unlocked)
    monkeypatch.setattr(f"{_CHANGING}.check_may_grant", meanwhile)
    change_roles(first, clerk.reference, ["read_only", "supplies_order_clerk"])
    assert not Membership.objects.live().filter(pk=clerk.pk).exists()  # type: ignore[attr-defined]
    assert _roles_left(clerk) == 1


def _approve_and_freeze(monkeypatch: pytest.MonkeyPatch) -> tuple[ChangeRequest, list[Any]]:
    practice()
    request = asked()
    record_call(caller(), request.reference, confirmed())
    meeting = Meeting()
    meeting.after(monkeypatch, f"{_DECIDING}.lock_request")
    meeting.after(monkeypatch, "portal.casework.services.freeze_request.lock_request")
    results = at_once(
        lambda: approve_request(approver(), request.reference),
        lambda: freeze_request(objector("z12345@example.org", request.reference), request.reference, "not_asked"),
    )
    request.refresh_from_db()
    return request, results


def _went_wrong(request: ChangeRequest, results: list[Any]) -> bool:
    """A decision that is kept and does not count, or a crash instead of a sentence."""
    lost = request.approved_at is None and request.case.decisions.filter(outcome="approved").exists()
    return lost or any(not isinstance(error, DomainError) for error in _errors(results))


def test_a_stop_and_an_approval_at_once_leave_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    request, results = _approve_and_freeze(monkeypatch)
    assert request.state == "frozen" and not _went_wrong(request, results)


def _lockless(actor: Actor, reference: str) -> ChangeRequest:
    return find_request(system_actor("x"), reference)


def _approve_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[ChangeRequest, list[Any]]:
    practice()
    request = asked()
    record_call(caller(), request.reference, confirmed())
    Meeting().after(monkeypatch, f"{_DECIDING}.lock_request")
    results = at_once(
        lambda: approve_request(approver(), request.reference),
        lambda: approve_request(approver("Second", 900_070), request.reference),
    )
    return request, results


def test_two_approvals_at_once_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    request, results = _approve_twice(monkeypatch)
    assert len(_errors(results)) == 1 and isinstance(_errors(results)[0], Conflict)
    assert request.case.decisions.count() == 1


def test_without_the_lock_two_approvals_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{_DECIDING}.lock_request", _lockless)
    request, _ = _approve_twice(monkeypatch)
    assert request.case.decisions.count() == 2
    assert OutboxMessage.objects.filter(kind="casework.request_approved").count() == 2


def test_without_the_lock_an_approval_is_lost_or_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{_DECIDING}.lock_request", _lockless)
    monkeypatch.setattr("portal.casework.services.freeze_request.lock_request", _lockless)
    request, results = _approve_and_freeze(monkeypatch)
    assert _went_wrong(request, results)
