"""The second wall: PostgreSQL shows a connection only the rows of the organisation it acts for.

A tenant table gets ``row_security(table, column)`` in a migration. A connection that has said
nothing sees nothing. Staff and the system see all; a contractor sees its own organisation's rows.
The scope is set in the same query that loads the membership (portal.accounts.actors), so it
costs no round trip, and the pool forgets it before a connection is lent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.operations import RunSQL
from psycopg.pq import TransactionStatus

SCOPE, ORGANISATION, REFERENCE = "portal.scope", "portal.organisation", "portal.reference"

# plpgsql is not used on purpose: a plain SQL expression is inlined into the plan.
_VISIBLE = (
    "(current_setting('portal.scope', true) in ('staff', 'system')"
    " or {column} = nullif(current_setting('portal.organisation', true), '')::bigint)"
)


def row_security(table: str, column: str = "organisation_id", *, through: str = "") -> RunSQL:
    """A migration step that puts ``table`` behind the wall.

    ``column`` holds the organisation's id. For a child table give ``through``: an SQL condition that
    finds a visible parent, such as ``exists (select 1 from supplies_order o where o.id = order_id)``;
    the parent's own policy then decides.
    """
    condition = (
        through and (f"(current_setting('portal.scope', true) in ('staff', 'system') or ({through}))")
    ) or _VISIBLE.format(column=column)
    return RunSQL(
        sql=(
            f'alter table "{table}" enable row level security;'
            f'alter table "{table}" force row level security;'
            f'create policy portal_scope on "{table}" using ({condition}) with check ({condition});'
        ),
        reverse_sql=(
            f'drop policy portal_scope on "{table}";'
            f'alter table "{table}" no force row level security;'
            f'alter table "{table}" disable row level security;'
        ),
    )


def set_scope(scope: str, organisation_id: int | None = None, *, reference: str = "") -> None:
    """Says for whom this connection acts until told otherwise: an actor's audience, or '' for nobody.

    ``reference`` names the one thing that a ``requester``, who has no account, followed a link to.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config(%s, %s, false), set_config(%s, %s, false), set_config(%s, %s, false)",
            [SCOPE, scope, ORGANISATION, "" if organisation_id is None else str(organisation_id), REFERENCE, reference],
        )


@contextmanager
def system_scope() -> Iterator[None]:
    """Lets a command, the worker, or a service that must look beyond its actor see every row.

    The scope that was there before is put back at the end. A service that uses it says why.
    """
    with _scope("system"):
        yield


@contextmanager
def scope_of_site(organisation_id: int | None) -> Iterator[None]:
    """Lets a service that acts at several sites of one person see the rows of one of them, and of no other.

    The caller has found a live membership of the person at that site. The scope before is put back at the end.
    """
    with _scope("contractor", organisation_id):
        yield


@contextmanager
def _scope(wanted: str, wanted_organisation: int | None = None) -> Iterator[None]:
    with connection.cursor() as cursor:
        settings = [SCOPE, ORGANISATION, REFERENCE]
        cursor.execute(
            "select current_setting(%s, true), current_setting(%s, true), current_setting(%s, true)", settings
        )
        scope, organisation, reference = cursor.fetchone()
    set_scope(wanted, wanted_organisation)
    try:
        yield
    finally:
        # After an error the transaction is rolled back, and PostgreSQL puts the old scope back itself.
        if connection.connection is not None and not connection.needs_rollback and not _transaction_is_broken():
            set_scope(scope or "", int(organisation) if organisation else None, reference=reference or "")


def _transaction_is_broken() -> bool:
    """Whether PostgreSQL refuses everything until the rollback: asking it then would hide the error that broke it."""
    return bool(connection.connection.info.transaction_status == TransactionStatus.INERROR)
