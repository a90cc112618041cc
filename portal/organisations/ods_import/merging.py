"""Rows of a release into the directory: new ones by one statement, changed ones by their history.

SQL finds the rows that differ in any letter, which is fast and mostly says "none"; Python then decides
what really changed (``state``) and where it belongs in time (``history``).
"""

# ruff: noqa: S608  every part of the statements is a fixed text of this package; values are parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from portal.organisations.models import ImportRun, OrganisationVersion
from portal.organisations.ods_import.history import Period, with_release
from portal.organisations.ods_import.incoming import Release
from portal.organisations.ods_import.outcome import Difference
from portal.organisations.ods_import.state import STATE_COLUMNS, State, changed_fields

_COLUMNS = ", ".join(STATE_COLUMNS)
_KNOWN = "exists (select from organisations_organisation as o where o.code = i.code)"


@dataclass(frozen=True)
class Revision:
    """One organisation whose history the release touches."""

    organisation_id: int
    code: str
    before: list[Period]
    after: list[Period]

    @property
    def verb(self) -> str:
        """``closed``, ``reopened`` or ``changed``; ``unchanged`` when only the dates of what is known grew."""
        old, new = self.before[-1].state, self.after[-1].state
        if (old.status == "closed") != (new.status == "closed"):
            return "closed" if new.status == "closed" else "reopened"
        if old != new or [each.state for each in self.before] != [each.state for each in self.after]:
            return "changed"
        return "unchanged"

    @property
    def is_news(self) -> bool:
        """Whether the directory says something else now than before the release."""
        return self.before[-1].state != self.after[-1].state

    def difference(self, on: date) -> Difference:
        """The revision as a reader of the dry run sees it."""
        old, new = self.before[-1].state, self.after[-1].state
        if old != new:
            fields = [(name, getattr(old, name), getattr(new, name)) for name in changed_fields(old, new)]
            return Difference(self.code, new.name, self.verb, fields)
        then = next(each.state for each in reversed(self.after) if each.valid_from <= on)
        fields = [(name, getattr(new, name), getattr(then, name)) for name in changed_fields(new, then)]
        return Difference(self.code, new.name, "history", fields)


def new_organisations(release: Release, *, most: int) -> list[Difference]:
    """The first ``most`` of the organisations that the release would create."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select code, name from ({release.rows}) as i where not {_KNOWN} limit {most:d}",
            release.parameters,
        )
        return [Difference(code, name, "created") for code, name in cursor.fetchall()]


def create_all(release: Release) -> int | None:
    """On the first import of a family of files: creates every row, without looking for known ones, which costs time.

    Returns None, with nothing done, when one of them was known all the same.
    """
    if ImportRun.objects.filter(outcome="applied", layout__startswith=f"{release.layout.family.name} ").exists():
        return None
    try:
        with transaction.atomic():
            return create_new(release, known="false")
    except IntegrityError:
        return None


def create_new(release: Release, *, known: str = _KNOWN) -> int:
    """Creates the organisations that are not known yet, linked to parents and children; says how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into organisations_organisation
                (code, contractor_type, {_COLUMNS}, parent_id, email, valid_from, last_seen_on)
            select i.code, i.contractor_type, {_prefixed("i")}, {_parent_of("i")}, '', %(released_on)s, %(released_on)s
            from ({release.rows}) as i
            where not {known}
            """,
            release.parameters,
        )
        created: int = cursor.rowcount
        if created and release.layout.family.has_parents_of_others:
            # Children that wait for a parent: known before, or of the same file.
            cursor.execute(
                f"""
                update organisations_organisation as o set parent_id = {_parent_of("o")}
                where parent_id is null and parent_code <> '' and parent_code in (select upper(c1) from staged)
                """
            )
        return created


def mark_seen(release: Release) -> None:
    """Notes on organisations which the release describes as they are that they were still so on its day."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update organisations_organisation as o set last_seen_on = %(released_on)s
            from ({release.rows}) as i
            where o.code = i.code and o.last_seen_on < %(released_on)s
              and ({_prefixed("o")}) is not distinct from ({_prefixed("i")})
            """,
            release.parameters,
        )


def revisions(release: Release) -> list[Revision]:
    """Every organisation whose history the release may touch: described otherwise, or older than what is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select o.id, o.code, o.valid_from, o.last_seen_on, {_prefixed("o")}, {_prefixed("i")}
            from ({release.rows}) as i join organisations_organisation as o on o.code = i.code
            where o.valid_from > %(released_on)s
               or row({_prefixed("o")}) is distinct from row({_prefixed("i")})
            order by o.code
            """,
            release.parameters,
        )
        rows = cursor.fetchall()
    versions = _versions_of([row[0] for row in rows])
    releases = sorted(_release_days(release))
    found = []
    width = len(STATE_COLUMNS)
    for identity, code, valid_from, last_seen_on, *values in rows:
        known, said = State(*values[:width]), State(*values[width:])
        if known.kind == "operator":  # the operator stays what it is, whatever else a release calls it
            said = said._replace(kind="operator")
        now = Period(valid_from=valid_from, valid_to=None, last_seen_on=last_seen_on, state=known)
        before = [*versions.get(identity, []), now]
        after = with_release(before, said, release.released_on, releases)
        if after != before:
            found.append(Revision(identity, code, before, after))
    return found


def shown(revisions: list[Revision], on: date, *, most: int) -> list[Difference]:
    """The first ``most`` revisions of each sort, for a reader."""
    count: Counter[str] = Counter()
    differences = []
    for revision in revisions:
        if revision.verb != "unchanged" and count[revision.verb] < most:
            differences.append(revision.difference(on))
            count[revision.verb] += 1
    return differences


def _versions_of(organisations: list[int]) -> dict[int, list[Period]]:
    versions: dict[int, list[Period]] = {}
    rows = OrganisationVersion.objects.filter(organisation__in=organisations).order_by("organisation", "valid_from")
    for row in rows:
        state = State(*(getattr(row, name) for name in STATE_COLUMNS))
        period = Period(
            valid_from=row.valid_from, valid_to=row.valid_to, last_seen_on=row.last_seen_on, state=state, row=row.id
        )
        versions.setdefault(row.organisation_id, []).append(period)
    return versions


def _release_days(release: Release) -> Iterator[date]:
    days = ImportRun.objects.filter(outcome="applied", layout__startswith=f"{release.layout.family.name} ")
    return (day for day in days.values_list("released_on", flat=True) if day)


def _parent_of(table: str) -> str:
    """SQL for the id of the parent of a row, by the index on codes; most rows have none to look for."""
    return (
        f"case when {table}.parent_code <> '' then"
        f" (select p.id from organisations_organisation as p where p.code = {table}.parent_code) end"
    )


def _prefixed(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in STATE_COLUMNS)
