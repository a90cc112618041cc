"""Which tables are sealed, and which chains are checked: each app declares its own in ``sealed.py``.

sealed_table("records_custodyevent", "records.CustodyEvent")
chain_verifier("records.custody", broken_links)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is not as it was written: in which table, which row (an id, or a run of them), and what."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}"


@dataclass(frozen=True)
class SealedTable:
    """A table whose rows are sealed. ``signs_rows``: each row also carries a digest of all it says (``signing``)."""

    table: str
    model: str
    signs_rows: bool = False


ChainVerifier = Callable[[], Iterator[Problem]]
TABLES: dict[str, SealedTable] = {}
CHAINS: dict[str, ChainVerifier] = {}


def sealed_table(table: str, model: str, *, signs_rows: bool = False) -> None:
    """Declares that ``table`` is sealed: append-only rows with an ``id`` of a sequence and a ``digest``.

    ``model`` is app.Model. Raises ValueError when the table is declared already.
    """
    if table in TABLES:
        raise ValueError(f"The table {table} is declared twice.")
    TABLES[table] = SealedTable(table, model, signs_rows)


def chain_verifier(code: str, function: ChainVerifier) -> None:
    """Declares a chain of an app's own. ``function`` yields what is not as it was written, in constant memory.

    Raises ValueError when the code is taken.
    """
    if code in CHAINS:
        raise ValueError(f"The chain {code} is declared twice.")
    CHAINS[code] = function


def all_tables() -> dict[str, SealedTable]:
    """Every sealed table by its name. Finds the apps' declarations on the first call."""
    autodiscover_modules("sealed")
    return dict(sorted(TABLES.items()))


def all_chains() -> dict[str, ChainVerifier]:
    """Every chain by its code. Finds the apps' declarations on the first call."""
    autodiscover_modules("sealed")
    return dict(sorted(CHAINS.items()))


sealed_table("audit_auditevent", "audit.AuditEvent", signs_rows=True)
sealed_table("audit_accessentry", "audit.AccessEntry", signs_rows=True)
