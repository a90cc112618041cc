"""What a release says otherwise of a site that uses the portal becomes a case: nobody's account changes silently.

The directory itself follows the release, because its owner is the Organisation Data Service. What follows from
that for people, orders and records, a data manager decides with the site (J23; F8, F15-F19).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.accounts.api import (
    GRANT_MEMBERSHIP,
    managers_of,
    organisations_with_people,
    quarantine_secure_ordering,
)
from portal.casework import messages
from portal.casework.models import Case
from portal.casework.permissions import REPORT
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.web.filters import day
from portal.organisations.api import Difference, Organisation, new_branches_of

_ADDRESS = frozenset({"address_lines", "postcode"})
_NUMBER = frozenset({"telephone"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a case is about: ``organisation`` has the people, ``code`` is the site that the release describes."""

    organisation: Organisation
    code: str
    what: str
    subject: str
    details: str


def cases_from_release(differences: list[Difference], released_on: date | None) -> int:
    """Opens the cases of one imported release; returns how many. What has an open case already gets no other."""
    return open_directory_cases(system_actor("The directory", REPORT), differences, released_on)


@service(REPORT)
def open_directory_cases(actor: Actor, differences: list[Difference], released_on: date | None) -> int:
    """One case for each finding about a site with people: closed, open again, moved, other number, new branch."""
    with system_scope():
        with_people = organisations_with_people()
        findings = [
            *_of_differences(differences, with_people),
            *(_of_new_branches(with_people, released_on) if released_on is not None else []),
        ]
        opened = [_open(actor, finding) for finding in findings if not _is_open(finding)]
    if not opened:
        nothing_changed()
    return len(opened)


def _of_differences(differences: list[Difference], with_people: set[int]) -> list[Finding]:
    telling = {each.code: each for each in differences if _what(each)}
    places = Organisation.objects.filter(code__in=list(telling), id__in=with_people).order_by("code")
    return [_finding(place, telling[place.code]) for place in places]


def _what(difference: Difference) -> str:
    """Which sort of finding it is; '' for what concerns nobody's account, such as a region."""
    if difference.verb in ("closed", "reopened"):
        return difference.verb
    changed = {name for name, _, _ in difference.fields} if difference.verb == "changed" else set()
    if "closed_on" in changed:
        return "closing_date"
    return "address" if changed & _ADDRESS else "telephone" if changed & _NUMBER else ""


def _finding(place: Organisation, difference: Difference) -> Finding:
    what = _what(difference)
    subject, asks = _SENTENCES[what]
    changed = [
        f"{_LABELS[name]}: {_text(before)} -> {_text(after)}"
        for name, before, after in difference.fields
        if name in _LABELS
    ]
    return Finding(
        organisation=place,
        code=place.code,
        what=what,
        subject=subject.format(place=f"{place.name} ({place.code})"),
        details="\n".join([asks, "", *changed]),
    )


def _of_new_branches(with_people: set[int], released_on: date) -> list[Finding]:
    subject, asks = _SENTENCES["branch"]
    return [
        Finding(
            organisation=branch.parent,
            code=branch.code,
            what="branch",
            subject=subject.format(place=f"{branch.name} ({branch.code})"),
            details="\n".join([asks, "", *branch.address]),
        )
        for branch in new_branches_of(with_people, released_on)
        if branch.parent is not None
    ]


def _is_open(finding: Finding) -> bool:
    return Case.objects.filter(
        kind="directory",
        about_reference=finding.code,
        payload__what=finding.what,
        state__in=OPEN_STATES,
    ).exists()


def _open(actor: Actor, finding: Finding) -> Case:
    command = OpenCase(
        kind="directory",
        subject=finding.subject,
        details=finding.details,
        about_type="organisation",
        about_reference=finding.code,
        payload={"what": finding.what},
    )
    case = start_case(actor, command, organisation_id=finding.organisation.id)
    people = [person.email for person in managers_of(finding.organisation.id)]
    queue_emails(messages.directory_says(case, people))
    if finding.what == "address":  # a new address, then an order for it: the oldest trick
        keeper = system_actor("The directory", GRANT_MEMBERSHIP)
        quarantine_secure_ordering(keeper, finding.code, because="Another address", case_reference=case.reference)
    return case


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "nothing"
    if isinstance(value, date):
        return day(value)
    return str(value) if value not in (None, "") else "nothing"


_LABELS = {
    "status": "Status",
    "closed_on": "Closed",
    "address_lines": "Address",
    "postcode": "Postcode",
    "telephone": "Telephone",
}
# By finding: the case's subject, and what is asked of both sides.
_SENTENCES = {
    "closed": (
        "The directory says that {place} is closed",
        "Is that right? Then ask for the closure under Changes, so that users, orders and records are arranged for."
        " If not, tell the ODS team and write to us here.",
    ),
    "closing_date": (
        "The directory has a closing date for {place}",
        "Is that right? Then ask for the closure under Changes, in time for records and supplies."
        " If not, tell the ODS team and write to us here.",
    ),
    "reopened": (
        "The directory says that {place} is open",
        "It was closed here. If it goes on, somebody must become its Main Contact again.",
    ),
    "address": (
        "The directory has another address for {place}",
        "Supplies go to the new address from now on; numbered forms cannot be ordered for some days."
        " If it is not right, tell the ODS team and write to us here.",
    ),
    "telephone": (
        "The directory has another telephone number for {place}",
        "We do not yet rely on the new number when we verify requests. If it is not right, write to us here.",
    ),
    "branch": (
        "The directory has a new branch: {place}",
        "Is it yours? Then ask for it under Changes, so that it can order and has its Main Contact.",
    ),
}
