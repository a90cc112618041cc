"""How organisations and imports read on staff pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from portal.foundation.web.filters import day, number
from portal.organisations.kinds import CONTRACTOR_TYPES, KINDS, STATUSES
from portal.organisations.models import ImportRun, Organisation
from portal.organisations.models.identifier import IDENTIFIER_KINDS
from portal.organisations.ods_import.state import FIELD_LABELS, STATE_COLUMNS, State, changed_fields
from portal.organisations.selectors import OrganisationRecord

STATUS_COLOURS = {"active": "green", "dormant": "yellow", "closed": "red", "proposed": "blue"}
_MOST_LINES = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """One organisation in a list."""

    code: str
    name: str
    kind: str
    status: str
    colour: str
    address: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Period:
    """One period of the history and what was different then: sentences."""

    since: str
    until: str
    differences: list[str]


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One import in a list."""

    reference: str
    file_name: str
    started_at: Any
    who: str
    outcome: str
    colour: str
    layout: str
    released: str
    counts: list[tuple[str, str]]
    rejected: list[str]


def row(organisation: Organisation) -> Row:
    """An organisation as a line of a table."""
    return Row(
        code=organisation.code,
        name=organisation.name,
        kind=KINDS[organisation.kind].label,
        status=STATUSES[organisation.status],
        colour=STATUS_COLOURS[organisation.status],
        address=", ".join(organisation.address),
        page=page_of(organisation.code),
    )


def page_of(code: str) -> str:
    """The address of an organisation's page."""
    return reverse("staff_organisations:organisation", kwargs={"code": code})


def flags(found: OrganisationRecord) -> list[str]:
    """What somebody who works with this organisation should know first."""
    organisation, parent = found.organisation, found.organisation.parent
    said = []
    if not organisation.postcode_is_valid:
        said.append(f"The postcode “{organisation.postcode}” is not well formed. Check it before anything is sent.")
    if organisation.status == "active" and organisation.closing_date_has_passed:
        said.append("It is listed as active, but its closing date has passed. It cannot order until that is settled.")
    if parent is not None and parent.status != "active":
        status = STATUSES[parent.status].lower()
        said.append(f"It belongs to {parent.name} ({parent.code}), which is {status}.")
    if organisation.parent_code and parent is None:
        said.append(f"It belongs to {organisation.parent_code}, which is not in the directory.")
    if organisation.kind_row.may_order and organisation.status != "active":
        said.append(f"It cannot order supplies because it is {STATUSES[organisation.status].lower()}.")
    return said


def facts(found: OrganisationRecord) -> list[dict[str, Any]]:
    """The organisation as keys and values."""
    organisation = found.organisation
    parent = organisation.parent
    rows: list[dict[str, Any]] = [
        {"key": "Code", "value": organisation.code},
        {"key": "Kind", "value": KINDS[organisation.kind].label},
        {"key": "Contractor type", "value": CONTRACTOR_TYPES.get(organisation.contractor_type, "Not a contractor")},
        {"key": "May order supplies", "value": "Yes" if organisation.accepts_orders else "No"},
        {"key": "Address", "value": organisation.address},
        {"key": "Telephone", "value": organisation.telephone},
        {"key": "E-mail", "value": organisation.email},
        {"key": "Belongs to", "value": f"{parent.name} ({parent.code})" if parent else organisation.parent_code},
        {"key": "Commissioner", "value": _commissioner(found)},
        {"key": "Health geography", "value": organisation.geography_code},
        {"key": "Region", "value": organisation.region_code},
        {"key": "Opened", "value": _opened(organisation)},
        {"key": "Closed", "value": day(organisation.closed_on) or "Not closed"},
        {"key": "Roles", "value": ", ".join(organisation.roles)},
        {"key": "Last listed", "value": f"In the release of {day(organisation.last_seen_on)}"},
    ]
    if parent:
        rows[7] |= {"link": page_of(parent.code), "link_text": "Show"}
    rows += [{"key": IDENTIFIER_KINDS[each.kind], "value": each.value} for each in found.identifiers]
    return rows


def history(found: OrganisationRecord) -> list[Period]:
    """The periods, newest first; each says what was different from the one after it."""
    after = _state(found.organisation)
    periods = [Period(since=day(found.organisation.valid_from), until="Now", differences=[])]
    for version in found.versions:
        state = _state(version)
        differences = [
            f"{FIELD_LABELS[name]}: {_said(name, getattr(state, name))}" for name in changed_fields(after, state)
        ]
        periods.append(Period(since=day(version.valid_from), until=day(version.valid_to), differences=differences))
        after = state
    return periods


def commissioner_rows(found: OrganisationRecord) -> list[dict[str, str]]:
    """The commissioner history file's periods."""
    return [
        {"code": each.commissioner_code, "since": day(each.joined_on), "until": day(each.left_on) or "Now"}
        for each in found.commissioner_periods
    ]


def run_row(run: ImportRun) -> RunRow:
    """An import as a line of a table."""
    counts = ("read", "created", "changed", "closed", "reopened", "unchanged")
    lines = [f"Line {each['line']}: {each['reason']}" if each["line"] else each["reason"] for each in run.rejected]
    more = len(lines) - _MOST_LINES
    refused = run.outcome == "refused"
    return RunRow(
        reference=run.reference,
        file_name=run.file_name,
        started_at=run.started_at,
        who=run.actor_name,
        outcome="Refused" if refused else "Applied",
        colour="red" if refused else "green",
        layout=run.layout,
        released=day(run.released_on),
        counts=[] if refused else [(name, number(getattr(run, name))) for name in counts],
        rejected=lines[:_MOST_LINES] + ([f"and {more} more lines"] if more > 0 else []),
    )


def _commissioner(found: OrganisationRecord) -> str:
    organisation, commissioner = found.organisation, found.commissioner
    code = organisation.commissioner_code
    inherited = "" if code or not organisation.parent else ", through its practice"
    code = code or (organisation.parent.commissioner_code if organisation.parent else "")
    if not code:
        return ""
    return (f"{commissioner.name} ({code})" if commissioner else code) + inherited


def _opened(organisation: Organisation) -> str:
    if organisation.opened_on and organisation.real_opening is None:
        return f"Not known (the directory holds the default {day(organisation.opened_on)})"
    return day(organisation.opened_on)


def _state(row: Any) -> State:
    return State(*(getattr(row, name) for name in STATE_COLUMNS))


def _said(name: str, value: Any) -> str:
    if name == "kind":
        return KINDS[value].label
    if name == "status":
        return STATUSES[value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return value or "none"
