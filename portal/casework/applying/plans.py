"""What each kind of request will change, step by step: the preview before approval and the plan after it (J13-J18).

Pure reading: planning the same request twice gives the same steps, so the unique key of a step makes it harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.api import main_contact_of
from portal.casework.models import ChangeRequest
from portal.casework.policy import policy
from portal.casework.request_answers import (
    Answers,
    ChangeOfMainContact,
    Closure,
    ExtensionOfMainContact,
    LostFactor,
    Merger,
    MergingSite,
    NewSite,
    Nominee,
    Relocation,
    SetUpOfBranch,
    SetUpOfSite,
    read_answers,
)
from portal.organisations.api import Organisation


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step before it is written: see PlanStep for what the columns mean."""

    action: str
    title: str
    due_on: date
    target: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)


def plan_of(request: ChangeRequest) -> list[PlannedStep]:
    """The steps of the request, in order. Raises AnswersIncomplete when an answer cannot be read."""
    answers = read_answers(request.kind, request.answers)
    return _PLANS[type(answers)](answers)


def _main_contact(answers: ChangeOfMainContact) -> list[PlannedStep]:
    return _appointment(answers.nominee, answers.practice_code)


def _new_site(answers: SetUpOfSite) -> list[PlannedStep]:
    return [_site(answers.site), *_appointment(answers.nominee, answers.site.code, answers.site.name)]


def _extension(answers: ExtensionOfMainContact) -> list[PlannedStep]:
    return [_site(answers.site), *_appointment(answers.nominee, answers.site.code, answers.site.name)]


def _branch(answers: SetUpOfBranch) -> list[PlannedStep]:
    site = _site(answers.site, parent_code=answers.main_code)
    return [site, *_appointment(answers.nominee, answers.site.code, answers.site.name)]


def _merger(answers: Merger) -> list[PlannedStep]:
    plan: list[PlannedStep] = []
    for merging in answers.merging:
        plan += _becomes_branch(answers, merging)
    return plan


def _becomes_branch(answers: Merger, merging: MergingSite) -> list[PlannedStep]:
    """One practice becomes a branch: the branch first, then everything moves there, the old code closes last."""
    old = Organisation.objects.filter(code=merging.code).first()
    main = Organisation.objects.filter(code=answers.surviving_code).first()
    manager = main_contact_of(main.id) if main is not None else None
    name = merging.name or (old.name if old is not None else merging.code)
    on = answers.effective_on
    site = NewSite(
        code=merging.branch_code,
        name=name,
        address_lines=list(old.address_lines) if old is not None else [],
        postcode=old.postcode if old is not None else "",
        telephone=old.telephone if old is not None else "",
        contractor_type="",
        ods_pdf="",
    )
    appointed = []
    if manager is not None:
        nominee = Nominee(
            title=manager.title,
            forename=manager.forename,
            surname=manager.surname,
            email=manager.email,
            telephone=manager.telephone or manager.mobile,
        )
        appointed = _appointment(nominee, merging.branch_code, name, on=on)
    return [
        _no_secure_orders(merging.code, on),
        *_by_hand(merging.code, on, records=True, forms=True),
        _site(site, parent_code=answers.surviving_code, on=on),
        *appointed,
        *_winding_down(merging.code, on, successor=merging.branch_code),
    ]


def _closure(answers: Closure) -> list[PlannedStep]:
    return [
        _no_secure_orders(answers.practice_code, answers.effective_on),
        *_by_hand(
            answers.practice_code,
            answers.effective_on,
            records=answers.records_held,
            forms=answers.secure_stationery_held,
        ),
        *_winding_down(answers.practice_code, answers.effective_on, successor=answers.successor_code),
    ]


def _relocation(answers: Relocation) -> list[PlannedStep]:
    where = ", ".join([*answers.address_lines, answers.postcode])
    return [
        PlannedStep(
            action="change_address",
            target=answers.practice_code,
            title=f"The directory gives {answers.practice_code} the address {where}.",
            due_on=answers.effective_on,
            arguments={
                "address_lines": answers.address_lines,
                "postcode": answers.postcode,
                "telephone": answers.telephone,
            },
        ),
        PlannedStep(
            action="readdress_orders",
            target=answers.practice_code,
            title=f"Orders of {answers.practice_code} that have not left the store go to the new address.",
            due_on=answers.effective_on,
        ),
        PlannedStep(
            action="hold_secure_orders",
            target=answers.practice_code,
            title=f"Nobody orders numbered forms for {answers.practice_code} in the first days at the new address.",
            due_on=answers.effective_on,
        ),
    ]


def _lost_factor(answers: LostFactor) -> list[PlannedStep]:
    return [
        PlannedStep(
            action="reset_second_factor",
            title=f"{answers.person_email} is signed out everywhere, and sets up a new second factor.",
            due_on=timezone.localdate(),
            arguments={"email": answers.person_email},
        )
    ]


def _site(site: NewSite, *, parent_code: str = "", on: date | None = None) -> PlannedStep:
    what = f"as a branch of {parent_code}" if parent_code else "as a site of its own"
    return PlannedStep(
        action="add_site",
        target=site.code,
        title=f"{site.name} is in the directory with the code {site.code}, {what}.",
        due_on=on or timezone.localdate(),
        arguments={
            "name": site.name,
            "contractor_type": site.contractor_type,
            "address_lines": site.address_lines,
            "postcode": site.postcode,
            "telephone": site.telephone,
            "parent_code": parent_code,
        },
    )


def _appointment(nominee: Nominee, code: str, site_name: str = "", on: date | None = None) -> list[PlannedStep]:
    place = Organisation.objects.filter(code=code).first()
    present = main_contact_of(place.id) if place is not None else None
    where = f"{place.name if place is not None else site_name} ({code})"
    person = {
        "title": nominee.title,
        "forename": nominee.forename,
        "surname": nominee.surname,
        "email": nominee.email,
        "telephone": nominee.telephone,
    }
    ends = f" {present.name} then is no longer the Main Contact." if present is not None else ""
    return [
        PlannedStep(
            action="appoint_main_contact",
            target=code,
            title=f"{nominee.name}, {nominee.email}, is invited to be Main Contact of {where}, and accepts.{ends}",
            due_on=on or timezone.localdate(),
            arguments=person,
        )
    ]


def _no_secure_orders(code: str, on: date) -> PlannedStep:
    """From approval on: forms that are ordered for a site that closes would never be used up (trust 2.5)."""
    last_day = max(on, timezone.localdate())
    last_moment = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())
    return PlannedStep(
        action="hold_secure_orders",
        target=code,
        title=f"Nobody orders numbered forms for {code} any more.",
        due_on=timezone.localdate(),
        arguments={"until": last_moment.isoformat()},
    )


def _by_hand(code: str, on: date, *, records: bool, forms: bool) -> list[PlannedStep]:
    """What people do ahead of the date. It can be late; it cannot be forgotten: the request stays open."""
    due_on = max(timezone.localdate(), on - timedelta(days=policy().durations.arrange_days))
    plan = []
    if records:
        # From the first day on: ten thousand envelopes are not counted in the last two weeks.
        title = f"The patients' records at {code} are counted, and each leaves for where it belongs."
        plan.append(PlannedStep(action="arrange_records", target=code, title=title, due_on=timezone.localdate()))
    if forms:
        title = f"The numbered forms at {code} are returned or destroyed, and their numbers are written down."
        plan.append(PlannedStep(action="return_secure_forms", target=code, title=title, due_on=due_on))
    return plan


def _winding_down(code: str, on: date, *, successor: str) -> list[PlannedStep]:
    goes_to = {"successor": successor}
    moved = [
        PlannedStep(
            action="move_cases",
            target=code,
            title=f"Open cases of {code} go on at {successor}.",
            due_on=on,
            arguments=goes_to,
        )
    ]
    return [
        PlannedStep(
            action="cancel_orders",
            target=code,
            title=f"Orders of {code} that nobody has begun to pick are cancelled. What is on its way still arrives.",
            due_on=on,
            arguments=goes_to,
        ),
        *(moved if successor else []),
        PlannedStep(action="end_users", target=code, title=f"Everybody's access to {code} ends.", due_on=on),
        PlannedStep(action="close_site", target=code, title=f"{code} is closed in the directory.", due_on=on),
    ]


_PLANS: dict[type[Answers], Callable[[Any], list[PlannedStep]]] = {
    ChangeOfMainContact: _main_contact,
    SetUpOfSite: _new_site,
    ExtensionOfMainContact: _extension,
    SetUpOfBranch: _branch,
    Merger: _merger,
    Closure: _closure,
    Relocation: _relocation,
    LostFactor: _lost_factor,
}
