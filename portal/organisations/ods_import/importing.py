"""One file from start to end."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from portal.organisations.ods_import import membership, merging, staging
from portal.organisations.ods_import.incoming import Release, meanings
from portal.organisations.ods_import.layouts import (
    FAMILIES,
    MEMBERSHIP,
    MEMBERSHIP_COLUMNS,
    Combination,
    Layout,
    form_of,
    recognise,
    recognise_by_shapes,
)
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.ods_import.refusal import RefusedFile, printable, refuse
from portal.organisations.ods_import.writing import write

# How many differences of each sort a dry run names.
MOST_SHOWN = 20


def import_file(path: Path, *, released_on: date | None, layout_name: str = "", dry_run: bool = False) -> FileOutcome:
    """Imports one file, or with ``dry_run`` does the same, notes the differences and undoes it.

    Runs in the caller's transaction and undoes its own part when the file is refused; a refusal is an
    answer (``outcome.rejected``), not an error. ``released_on`` is the day the release describes; without
    one it is the newest past date in the file.
    """
    outcome = FileOutcome(file=printable(path))
    try:
        with transaction.atomic():
            _import(path, outcome, released_on, layout_name, dry_run=dry_run)
            if dry_run:
                transaction.set_rollback(True)
    except RefusedFile as error:
        return FileOutcome(
            file=outcome.file, layout=outcome.layout, sha256=outcome.sha256, rejected=list(error.rejections)
        )
    return outcome


def _import(path: Path, outcome: FileOutcome, released_on: date | None, layout_name: str, *, dry_run: bool) -> None:
    _prepare()
    file, columns = staging.stage(path)
    outcome.sha256, outcome.read = file.sha256, file.rows
    if columns == MEMBERSHIP_COLUMNS:
        outcome.layout = Layout(MEMBERSHIP, "classic").name
        membership.check()
        outcome.released_on = released_on or staging.release_day(membership.newest_past_date(timezone.localdate()))
        membership.merge(outcome)
        return
    profile = staging.profile(timezone.localdate())
    layout = _layout(profile.combinations, layout_name)
    outcome.layout = layout.name
    staging.check_values(layout, profile)
    outcome.released_on = day = released_on or staging.release_day(profile.newest_past_date)
    release = Release(layout, day, meanings(layout, profile.combinations))
    try:
        with transaction.atomic():
            _merge(release, outcome, dry_run=dry_run)
    except (DataError, IntegrityError) as error:
        staging.refuse_what_conflicts()
        raise refuse(f"The database refuses it: {error}.") from error


def _prepare() -> None:
    with connection.cursor() as cursor:
        # One import at a time: two would both think the same organisation new.
        cursor.execute("select pg_advisory_xact_lock(hashtext('portal.organisations.import'))")
        cursor.execute("drop table if exists staged")  # of an earlier file in the same transaction
        # Fresh temporary tables have no statistics; without these the planner sorts the file or looks up row by row.
        cursor.execute("set local enable_mergejoin = off; set local enable_nestloop = off; set local jit = off")


def _layout(combinations: list[Combination], name: str) -> Layout:
    """The layout by content, or the one the operator names for a file whose content cannot tell."""
    if name:
        return Layout(FAMILIES[name], form_of(combinations))
    return recognise(combinations) or recognise_by_shapes(combinations, staging.code_shapes())


def _merge(release: Release, outcome: FileOutcome, *, dry_run: bool) -> None:
    if dry_run:
        outcome.differences = merging.new_organisations(release, most=MOST_SHOWN)
    created = merging.create_all(release)
    outcome.created = merging.create_new(release) if created is None else created
    if outcome.created < outcome.read:
        staging.refuse_duplicates_of_known()
        revisions = merging.revisions(release)
        if dry_run:
            outcome.differences += merging.shown(revisions, release.released_on, most=MOST_SHOWN)
        else:
            merging.mark_seen(release)
            write(revisions)
            outcome.differences = [each.difference(release.released_on) for each in revisions if each.is_news]
        verbs = Counter(each.verb for each in revisions)
        outcome.changed, outcome.closed, outcome.reopened = verbs["changed"], verbs["closed"], verbs["reopened"]
    outcome.unchanged = outcome.read - outcome.created - outcome.changed - outcome.closed - outcome.reopened
