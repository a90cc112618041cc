"""Five practices and everything that people do about people there, beside a model of who may hold what, and why.

The model knows nothing of the services. It keeps the table's rule (who may grant what) in its own words, and a right
enters it only by a step that somebody entitled took: an invitation accepted, a role given, a request approved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.actors import actor_of_member
from portal.accounts.models import Invitation, Membership, RoleGrant, User
from portal.accounts.services.answer_invitation import accept_invitation, decline_invitation
from portal.accounts.services.change_access import change_roles, deactivate, reactivate, review_users
from portal.accounts.services.invite_user import InviteUser, cancel_invitation, invite_user
from portal.accounts.tests.acting import somebody
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.applying.due import carry_out_due
from portal.casework.models import ChangeRequest
from portal.casework.requester import objector
from portal.casework.services.decide_request import approve_request, unfreeze_request
from portal.casework.services.freeze_request import freeze_request
from portal.casework.services.record_call import record_call
from portal.casework.tests.asking import asked, confirmed, practice, stranger
from portal.casework.tests.factories import agent
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.errors import DomainError
from portal.foundation.outbox.models import OutboxMessage

CODES = [f"Z1000{number}" for number in range(5)]
ADDRESSES = [f"person{number}@pool.example" for number in range(6)]
# Who may give a role, in this model's own words (J12, F10).
GIVEN_BY = {
    "deputy": {"main_contact"},
    "supplies_order_clerk": {"main_contact", "deputy"},
    "secure_stationery_orderer": {"main_contact"},
    "order_approver": {"main_contact", "deputy"},
    "read_only": {"main_contact", "deputy"},
    "main_contact": set(),
}
ROLES = list(GIVEN_BY)
GUARDED = {"secure_stationery_orderer", "main_contact"}
STAFF = [901_001, 901_002, 901_003]
Place = tuple[str, str]  # an e-mail address, and the code of a practice


@dataclass(frozen=True)
class Draw:
    """The numbers an action chooses by."""

    who: int = 0
    whom: int = 0
    what: int = 0
    where: int = 0
    yes: bool = False


@dataclass
class Sent:
    """An invitation as the model knows it: who sent it (None: an approved request), for what."""

    reference: str
    token: str
    email: str
    code: str
    roles: set[str]
    by: Place | None
    used: bool = False


@dataclass
class People:
    """The world and its model. ``rights`` maps a person at a practice to the roles the model allows them."""

    done: Counter[str] = field(default_factory=Counter)
    rights: dict[Place, set[str]] = field(default_factory=dict)
    new_main_contacts: set[Place] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    requests: list[ChangeRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        for code in CODES:
            manager = practice(code)
            self.rights[(manager.user.email, code)] = {"main_contact"}
            deputy = MembershipFactory(organisation=manager.organisation, roles=["deputy"])
            self.rights[(deputy.user.email, code)] = {"deputy"}

    # What the model says

    def may_give(self, giver: Place, roles: set[str]) -> bool:
        """Whether the giver holds, at that practice now, what the table asks for each of the roles."""
        held = self.rights.get(giver, set())
        if roles & GUARDED and giver in self.new_main_contacts:
            return False
        return all(GIVEN_BY[role] & held for role in roles)

    def live(self) -> list[Place]:
        """Everybody with a right, in a fixed order."""
        return sorted(place for place, roles in self.rights.items() if roles)

    def stored(self) -> dict[Place, set[str]]:
        """What the database really gives: live roles on live memberships."""
        found: dict[Place, set[str]] = {}
        live = Membership.objects.live()  # type: ignore[attr-defined]
        grants = RoleGrant.objects.filter(ended_at=None, membership__in=live, organisation__code__in=CODES)
        for email, code, role in grants.values_list("membership__user__email", "organisation__code", "role"):
            found.setdefault((email, code), set()).add(role)
        return found

    # What people do

    def attempt(self, name: str, action: Callable[[], Any]) -> Any:
        """Does it; a refusal in a sentence undoes itself and returns None. Anything else is a fault."""
        try:
            with transaction.atomic():
                result = action()
        except DomainError:
            self.done[f"{name} refused"] += 1
            return None
        self.done[name] += 1
        return result if result is not None else True

    def invite(self, draw: Draw) -> None:
        """Somebody invites one of the pool, with one or two roles."""
        by, actor = self._somebody(draw.who)
        email, roles = ADDRESSES[draw.whom % len(ADDRESSES)], self._roles(draw)
        command = InviteUser(person=somebody(email), roles=sorted(roles))
        invitation = self.attempt("invite", lambda: invite_user(actor, command))
        if invitation is not None:
            assert self.may_give(by, roles), f"{by} invited somebody to {roles}"
            self._note(invitation, by)

    def accept(self, draw: Draw) -> None:
        """Somebody opens an invitation, old or new, their own or not."""
        sent = self._one(self.sent, draw.whom)
        if sent is None:
            return
        right = User.objects.filter(email=sent.email).first()
        user = right if draw.yes else User.objects.filter(email=ADDRESSES[draw.what % len(ADDRESSES)]).first()
        actor = Actor(
            name="Invited", audience="member", user_id=user.pk if user else None,
            permissions=frozenset({OWN_ACCOUNT.code}),
        )  # fmt: skip
        if self.attempt("accept", lambda: accept_invitation(actor, sent.token)) is None:
            return
        assert not sent.used and user == right, "an invitation was used twice, or by somebody else"
        assert sent.by is None or self.may_give(sent.by, sent.roles), "its inviter may no longer give this"
        sent.used = True
        if sent.by is None:
            self._succeed(sent)
        self.rights.setdefault((sent.email, sent.code), set()).update(sent.roles)

    def settle(self, draw: Draw) -> None:
        """An invitation is declined by its reader, or taken back by somebody."""
        sent = self._one(self.sent, draw.whom)
        if sent is None:
            return
        nobody = Actor(name="Reader", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))
        _, actor = self._somebody(draw.who)
        settled = (
            self.attempt("decline", lambda: decline_invitation(nobody, sent.token))
            if draw.yes
            else self.attempt("cancel", lambda: cancel_invitation(actor, sent.reference))
        )
        if settled is not None:
            assert not sent.used
            sent.used = True

    def change(self, draw: Draw) -> None:
        """Somebody gives somebody exactly these roles."""
        by, actor = self._somebody(draw.who)
        target = self._whom(by, draw)
        roles = self._roles(draw)
        if self.attempt("change", lambda: change_roles(actor, self._reference(target), sorted(roles))) is None:
            return
        held = self.rights[target]
        assert by[1] == target[1] and by != target, f"{by} changed {target}"
        assert self.may_give(by, roles - held) and all(GIVEN_BY[role] & self.rights[by] for role in held)
        self.rights[target] = roles

    def end(self, draw: Draw) -> None:
        """Somebody ends somebody's access."""
        by, actor = self._somebody(draw.who)
        target = self._whom(by, draw)
        if self.attempt("end", lambda: deactivate(actor, self._reference(target))) is None:
            return
        assert by[1] == target[1] and by != target and "main_contact" not in self.rights[target]
        self.rights[target] = set()

    def bring_back(self, draw: Draw) -> None:
        """Somebody reactivates a person who had access."""
        by, actor = self._somebody(draw.who)
        gone = sorted(place for place, roles in self.rights.items() if not roles)
        former = self._one([place for place in gone if place[1] == by[1]] or gone, draw.whom)
        if former is None:
            return
        roles = self._roles(draw)
        reference = self._reference(former)
        if self.attempt("bring_back", lambda: reactivate(actor, reference, sorted(roles))) is not None:
            assert by[1] == former[1] and self.may_give(by, roles)
            self.rights[former] = roles

    def review(self, draw: Draw) -> None:
        """Somebody confirms somebody, or ends them in passing."""
        by, actor = self._somebody(draw.who)
        target = self._whom(by, draw)
        reference = self._reference(target)
        keep, end = ([reference], []) if draw.yes else ([], [reference])
        if self.attempt("review", lambda: review_users(actor, keep, end)) is not None and end:
            assert by[1] == target[1] and by != target and "main_contact" not in self.rights[target]
            self.rights[target] = set()

    def ask(self, draw: Draw) -> None:
        """Somebody, with an account or without, asks for another Main Contact."""
        by, actor = self._somebody(draw.who)
        code = by[1] if draw.yes else CODES[draw.where % len(CODES)]
        asker = actor if draw.yes else stranger(ADDRESSES[draw.what % len(ADDRESSES)])
        nominee = {"nominee_email": ADDRESSES[draw.whom % len(ADDRESSES)]}
        request = self.attempt("ask", lambda: asked(by=asker, code=code, **nominee))
        if request is not None:
            self.requests.append(request)

    def call(self, draw: Draw) -> None:
        """One of the staff calls the practice."""
        if request := self._one(self.requests, draw.whom):
            assert request.organisation is not None
            command = confirmed(request.organisation.code, outcome="confirmed" if draw.yes else "denied")
            self.attempt("call", lambda: record_call(self._staff(draw.who), request.reference, command))

    def approve(self, draw: Draw) -> None:
        """One of the staff approves."""
        if request := self._one(self.requests, draw.whom):
            before = set(Invitation.objects.values_list("pk", flat=True))
            if self.attempt("approve", lambda: approve_request(self._staff(draw.who), request.reference)) is not None:
                request.refresh_from_db()
                people = [request.requested_by_id, request.verified_by_id, request.approved_by_id]
                known = [each for each in people if each is not None]
                assert len(set(known)) == len(known) and len(known) >= 2, "requester, caller and approver are three"
            self._note_appointed(before)

    def stop(self, draw: Draw) -> None:
        """Somebody on file stops a request, or an approver lets it go on."""
        if request := self._one(self.requests, draw.whom):
            reference = request.reference
            if draw.yes:
                stopped = self.attempt("stop", lambda: freeze_request(objector("x@y", reference), reference, "unsure"))
                if stopped is not None:
                    self._forget_cancelled()
            else:
                self.attempt("go_on", lambda: unfreeze_request(self._staff(draw.who), reference, "Checked."))

    def time_passes(self, draw: Draw) -> None:
        """The time to object is over, and the worker runs."""
        before = set(Invitation.objects.values_list("pk", flat=True))
        if draw.yes:
            cooling = ChangeRequest.objects.filter(state="cooling_off")
            cooling.update(cooling_off_until=timezone.now() - timedelta(seconds=1))
        carry_out_due()
        self.done["time_passes"] += 1
        self._note_appointed(before)

    # Small things

    def _somebody(self, number: int) -> tuple[Place, Actor]:
        place = self._one(self.live(), number)
        assert place is not None
        user = User.objects.get(email=place[0])
        actor = actor_of_member(user.pk, place[1])
        assert actor is not None, f"{place} has rights and no access"
        return place, actor

    def _whom(self, by: Place, draw: Draw) -> Place:
        """Somebody whose access is to change: mostly a colleague, sometimes somebody at another practice."""
        colleagues = [place for place in self.live() if place[1] == by[1]]
        found: Place = self._one(colleagues if draw.where % 5 else self.live(), draw.whom)
        return found

    def _staff(self, number: int) -> Actor:
        """One of three of the staff, each of whom could do everything, were it not for the rules."""
        user_id = STAFF[number % len(STAFF)]
        made = agent("data_manager", "approver", name=f"Staff {user_id}", user_id=user_id)
        return Actor(**{**vars(made), "second_factor_at": timezone.now()})

    def _roles(self, draw: Draw) -> set[str]:
        first, second = ROLES[draw.what % len(ROLES)], ROLES[draw.where % len(ROLES)]
        return {first, second} if draw.yes else {first}

    def _one(self, things: list[Any], number: int) -> Any:
        return things[number % len(things)] if things else None

    def _reference(self, place: Place) -> str:
        found = Membership.objects.filter(user__email=place[0], organisation__code=place[1])
        return found.latest("id").reference

    def _note(self, invitation: Invitation, by: Place | None) -> None:
        body = OutboxMessage.objects.filter(about=invitation.reference).latest("id").body
        found = re.search(r"/invitation/(\S+)/", body)
        assert found is not None
        code = invitation.organisation.code
        self.sent.append(Sent(invitation.reference, found[1], invitation.email, code, set(invitation.roles), by))

    def _note_appointed(self, before: set[int]) -> None:
        """Invitations that approved requests have sent, and ordinary ones that gave way to them."""
        for invitation in Invitation.objects.exclude(pk__in=before).select_related("organisation"):
            request = ChangeRequest.objects.get(case__reference=invitation.case_reference)
            assert request.state == "applying" and request.approved_by_id is not None
            self._note(invitation, None)
        self._forget_cancelled()

    def _forget_cancelled(self) -> None:
        over = set(Invitation.objects.filter(state="cancelled").values_list("reference", flat=True))
        for sent in self.sent:
            sent.used = sent.used or sent.reference in over

    def _succeed(self, sent: Sent) -> None:
        """The present Main Contact loses that role, and everything where it was the only one."""
        for place in self.live():
            if place[1] == sent.code:
                self.rights[place] = self.rights[place] - {"main_contact"}
        self.new_main_contacts = {place for place in self.new_main_contacts if place[1] != sent.code}
        self.new_main_contacts.add((sent.email, sent.code))
