"""Change requests for tests of what happens to them once they are sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import ChangeRequest
from portal.casework.requester import requester
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.record_call import RecordCall
from portal.casework.services.start_request import start_request
from portal.casework.tests.factories import agent
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory

QUESTIONS_ASKED = ["who", "works_there", "knows", "manager", "code"]
NOMINEE = {
    "nominee_title": "Dr",
    "nominee_forename": "Noor",
    "nominee_surname": "Ahmed",
    "nominee_email": "noor.ahmed@example.org",
    "nominee_telephone": "01632 960 555",
}
SITE = {
    "site_name": "NEW SITE",
    "site_address_lines": ["1 New Street", "Newtown"],
    "site_postcode": "ZZ9 9ZZ",
    "site_telephone": "01632 960 777",
    "site_type": "gp",
}
_COMMISSIONED = ("merger", "closure", "relocation")


def caller(name: str = "Cal Caller", user_id: int = 900_021) -> Actor:
    """A data manager, who calls and carries out."""
    return agent("data_manager", name=name, user_id=user_id)


def approver(name: str = "App Rover", user_id: int = 900_022) -> Actor:
    """An approver who has just given a second factor."""
    made = agent("approver", name=name, user_id=user_id)
    return Actor(**{**vars(made), "second_factor_at": timezone.now()})


def practice(code: str = "Z12345", **details: Any) -> Membership:
    """The Main Contact of a practice whose commissioner the directory knows."""
    board = Organisation.objects.filter(code="QZZ").first() or OrganisationFactory(
        kind="commissioner", code="QZZ", name="TEST BOARD"
    )
    where = OrganisationFactory(code=code, commissioner_code=board.code, email=f"{code.lower()}@example.org", **details)
    member: Membership = MembershipFactory(organisation=where, roles=["main_contact"])
    return member


def commissioner(code: str = "QZZ", user_id: int = 900_031) -> Actor:
    """Somebody who decides for the commissioner."""
    board = Organisation.objects.get(code=code)
    return Actor(
        name="Com Missioner",
        email="com@example.org",
        audience="commissioner",
        user_id=user_id,
        organisation_id=board.id,
        organisation_code=board.code,
        organisation_name=board.name,
        permissions=permissions_of(["commissioner_approver"]),
    )


def stranger(email: str = "stranger@example.org") -> Actor:
    """Somebody without an account whose address is confirmed."""
    return requester(email, name="Stran Ger")


def answers_of(kind: str, code: str, **changes: Any) -> dict[str, Any]:
    """The answers of a request of this kind about the organisation with this code."""
    on = (timezone.localdate() + timedelta(days=60)).isoformat()
    known: dict[str, dict[str, Any]] = {
        "main_contact": {"practice_code": code, **NOMINEE},
        "new_site": {"site_code": "Z99999", **SITE, **NOMINEE},
        "extend_main_contact": {"practice_code": code, "site_code": "Z99999", **SITE, **NOMINEE},
        "new_branch": {"main_code": code, "site_code": f"{code}001", **SITE, **NOMINEE},
        "merger": {
            "surviving_code": code,
            "merging": [{"code": "Z77777", "name": "MERGING SURGERY", "branch_code": f"{code}001"}],
            "effective_on": on,
        },
        "closure": {
            "practice_code": code,
            "effective_on": on,
            "successor_code": "",
            "records_held": "yes",
            "secure_stationery_held": "yes",
        },
        "relocation": {
            "practice_code": code,
            "effective_on": on,
            "new_address_lines": ["2 Other Street"],
            "new_postcode": "ZZ8 8ZZ",
        },
        "lost_factor": {"practice_code": code, "person_email": "lost@example.org"},
    }
    return {"sender_name": "Stran Ger", **known[kind], **changes}


@transaction.atomic
def asked(kind: str = "main_contact", by: Actor | None = None, code: str = "Z12345", **changes: Any) -> ChangeRequest:
    """A request that was just sent, by somebody without account unless ``by`` says who. Makes the operator, too."""
    OperatorFactory()
    actor = by or stranger()
    changed = Organisation.objects.filter(code=code if kind not in ("new_site", "extend_main_contact") else "Z99999")
    organisation = changed.first()
    board = Organisation.objects.filter(code="QZZ").first() if kind in _COMMISSIONED else None
    answers = answers_of(kind, code, **changes)
    case = start_case(actor, OpenCase(kind=kind, subject="A change", details=""), commissioner=board)
    main = organisation is not None and by is not None and by.organisation_id == organisation.id
    request = ChangeRequest.objects.create(
        case=case,
        kind=kind,
        organisation=organisation,
        subject_code=answers.get("site_code", ""),
        answers=answers,
        requested_by_id=actor.user_id,
        requested_by_main_contact=main and "main_contact" in actor.roles,
        effective_on=answers.get("effective_on"),
        commissioner_needed=board is not None,
        verification_needed=kind not in _COMMISSIONED,
    )
    return start_request(actor, request)


def confirmed(code: str = "Z12345", **changes: Any) -> RecordCall:
    """A call that confirms, to the number of the directory."""
    values: dict[str, Any] = {
        "number": f"directory:{code}",
        "outcome": "confirmed",
        "spoke_to": "Pat Partner",
        "position": "Partner",
        "asked": QUESTIONS_ASKED,
    }
    return RecordCall(**{**values, **changes})
