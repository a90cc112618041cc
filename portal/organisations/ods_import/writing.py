"""Writing revisions of histories: the open period on the organisation, ended ones as versions."""

# ruff: noqa: S608  every part of the statements is a fixed text of this package; values are parameters

from __future__ import annotations

from typing import Any

from django.db import connection

from portal.organisations.kinds import KINDS
from portal.organisations.models import OrganisationVersion
from portal.organisations.ods_import.history import Period
from portal.organisations.ods_import.merging import Revision
from portal.organisations.ods_import.state import STATE_COLUMNS


def write(revisions: list[Revision]) -> None:
    """Writes what differs between before and after. No version is deleted; their bounds may move."""
    _write_open_periods(revisions)
    _write_versions(revisions)


def _write_open_periods(revisions: list[Revision]) -> None:
    changed = [each for each in revisions if each.before[-1] != each.after[-1]]
    columns = [*STATE_COLUMNS, "contractor_type", "valid_from", "last_seen_on"]
    assignments = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"""
            update organisations_organisation set {assignments},
                parent_id = case when parent_code = %s then parent_id
                    else (select id from organisations_organisation where code = %s and code <> '') end
            where id = %s
            """,
            [_open_period(each) for each in changed],
        )


def _open_period(revision: Revision) -> list[Any]:
    period = revision.after[-1]
    state = period.state
    return [
        *state,
        KINDS[state.kind].contractor_type,
        period.valid_from,
        period.last_seen_on,
        state.parent_code,
        state.parent_code,
        revision.organisation_id,
    ]


def _write_versions(revisions: list[Revision]) -> None:
    added: list[OrganisationVersion] = []
    moved: list[OrganisationVersion] = []
    for revision in revisions:
        stored = {period.row: period for period in revision.before if period.row is not None}
        for period in revision.after[:-1]:
            if period.row is None:
                added.append(_version(revision.organisation_id, period))
            elif period != stored[period.row]:
                moved.append(_version(revision.organisation_id, period))
    OrganisationVersion.objects.bulk_update(
        moved, ["valid_from", "valid_to", "last_seen_on", *STATE_COLUMNS], batch_size=500
    )
    OrganisationVersion.objects.bulk_create(added, batch_size=2000)


def _version(organisation_id: int, period: Period) -> OrganisationVersion:
    return OrganisationVersion(
        id=period.row,
        organisation_id=organisation_id,
        valid_from=period.valid_from,
        valid_to=period.valid_to,  # an ended period has one
        last_seen_on=period.last_seen_on,
        **period.state._asdict(),
    )
