"""The chain of custody is sealed and checked with the record (R2, trust I13)."""

from __future__ import annotations

from collections.abc import Iterator

from portal.foundation.audit.sealed import Problem, chain_verifier, sealed_table
from portal.records.chain import changed_links
from portal.records.models import CustodyEvent

_TABLE = CustodyEvent._meta.db_table


def _broken_links() -> Iterator[Problem]:
    for row, what in changed_links():
        yield Problem(table=row._meta.db_table, row=str(row.pk), what=what)


sealed_table(_TABLE, "records.CustodyEvent")
chain_verifier("records.custody", _broken_links)
