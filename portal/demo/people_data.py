"""Sample users, enquiries and requests for changes, each at another stage, all made by the services themselves."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Invitation, Membership
from portal.accounts.services.grant_membership import Person
from portal.accounts.services.invite_user import InviteUser, invite_user
from portal.casework.enquiry_types import enquiries
from portal.casework.journeys.table import JOURNEYS
from portal.casework.models import ChangeRequest, RequestDraft
from portal.casework.models.proof import QUESTIONS
from portal.casework.requester import requester
from portal.casework.services.keep_draft import save_step, start_draft, start_draft_by_email
from portal.casework.services.keep_enquiry import start_enquiry
from portal.casework.services.record_call import RecordCall, record_call
from portal.casework.services.send_enquiry import send_enquiry
from portal.casework.services.submit_request import submit_request
from portal.casework.services.work_case import answer_case, take_case
from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.personas import BY_KEY
from portal.demo.supplies_data import actor_of
from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope

_NEWCOMER = Person(email="jo.newman@example.org", forename="Jo", surname="Newman", title="Ms", telephone="01632 960000")


def load() -> None:
    """Makes what is missing; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if not Invitation.objects.exists():
            invite_user(actor_of("asha", "Z99001"), InviteUser(person=_NEWCOMER, roles=["read_only"]))
            _review_soon("grace")
        if not ChangeRequest.objects.exists():
            _an_enquiry_with_an_answer()
            _a_handover_to_be_approved()
            _a_stranger_who_asks_for_the_dental_practice()
            _a_branch_that_closes()


def _an_enquiry_with_an_answer() -> None:
    with happening_at(working_days_ago(3, time(10, 5))):
        tom = actor_of("tom", "Z99001")
        draft = start_enquiry(
            tom, enquiries().types["portal_other"], {"q_question": "Can two of us order for the same practice?"}
        )
        case = send_enquiry(tom, draft.reference)
    with happening_at(working_days_ago(2, time(9, 30))):
        priya = actor_of("priya")
        take_case(priya, case.reference)
        answer_case(priya, case.reference, "Yes. Each of you has a basket of your own, and both see all orders.")


def _a_handover_to_be_approved() -> None:
    """The pharmacy asks for a Main Contact; a data manager has called, an approver decides."""
    fatima = actor_of("fatima", "FZZ01")
    with happening_at(working_days_ago(2, time(11, 0))):
        request = sent(
            fatima,
            "main_contact",
            why={"why": "left"},
            now={"predecessor_known": "no", "predecessor_name": "", "predecessor_email": ""},
            you={"sender_name": fatima.name, "sender_telephone": "01632 960000"},
            **{"is-it-you": {"sender_is_nominee": "yes"}, "main-contact": _nominee("Mrs", "Fatima", "Khan")},
        )
    with happening_at(working_days_ago(1, time(15, 20))):
        call = RecordCall(
            number="directory:FZZ01",
            outcome="confirmed",
            spoke_to="Rosa Lind",
            position="Superintendent pharmacist",
            asked=list(QUESTIONS),
        )
        record_call(actor_of("dan"), request.reference, call)


def _a_stranger_who_asks_for_the_dental_practice() -> None:
    """Somebody without an account; Liam, on file there, gets an e-mail with a link that stops it."""
    stranger = requester("alex.reed@example.org", name="Alex Reed")
    draft = start_draft_by_email(stranger, JOURNEYS["main_contact"])
    RequestDraft.objects.filter(pk=draft.pk).update(email_confirmed_at=timezone.now())
    holder = requester(stranger.email, name=stranger.name, draft=draft.reference)
    place = {
        "practice_name": "Bright Lane Dental Care",
        "practice_address_lines": ["7 Bright Lane"],
        "practice_postcode": "ZZ99 2AA",
        "practice_telephone": "01632 960 999",
    }
    steps: dict[str, dict[str, Any]] = {
        "you": {"sender_name": "Alex Reed", "sender_telephone": "01632 960 999"},
        "practice-code": {"practice_code": "V99001"},
        "practice-details": place,
        "why": {"why": "left"},
        "now": {"predecessor_known": "no", "predecessor_name": "", "predecessor_email": ""},
        "is-it-you": {"sender_is_nominee": "yes"},
        "main-contact": _nominee("Mr", "Alex", "Reed"),
    }
    for step, answers in steps.items():
        save_step(holder, draft.reference, step, answers)
    submit_request(holder, draft.reference)


def _a_branch_that_closes() -> None:
    """The commissioner decides."""
    day = timezone.localdate() + timedelta(days=60)
    sent(
        actor_of("asha", "Z99001001"),
        "closure",
        you={"sender_name": "Dr Asha Patel", "sender_telephone": "01632 960000"},
        date={"effective_on": day.isoformat(), "short_notice_because": ""},
        facts={
            "why": "The lease ends.",
            "successor_code": "Z99001",
            "records_held": "yes",
            "secure_stationery_held": "yes",
        },
    )


def sent(actor: Actor, kind: str, **steps: dict[str, Any]) -> ChangeRequest:
    """A request of the actor's organisation, page by page, and sent."""
    draft = start_draft(actor, JOURNEYS[kind])
    for step in JOURNEYS[kind].steps_for(draft):
        code = step.code
        known = {name: value for name, value in draft.answers.items() if name.startswith(code.partition("-")[0])}
        save_step(actor, draft.reference, code, steps.get(code, known))
    return submit_request(actor, draft.reference)


def _nominee(title: str, forename: str, surname: str) -> dict[str, str]:
    return {
        "nominee_title": title,
        "nominee_forename": forename,
        "nominee_surname": surname,
        "nominee_email": f"{forename}.{surname}@example.org".lower(),
        "nominee_telephone": "01632 960000",
    }


def _review_soon(key: str) -> None:
    """Nobody has confirmed for a while that this person still needs access."""
    long_ago = timezone.localdate() - timedelta(days=88)
    Membership.objects.filter(user__email=BY_KEY[key].email).update(reviewed_on=long_ago)
