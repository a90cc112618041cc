"""What a token is good for, and what its machine may do with it: nothing else (mission, roles)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Permission
from portal.records.api import IMPORT_REGISTRATIONS, SCAN_RECORDS, VIEW_ALL_RECORDS


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One thing that a token may be good for."""

    label: str
    permission: Permission


SCOPES = {
    "scans": Scope(label="Send scans of bags", permission=SCAN_RECORDS),
    "movements": Scope(label="Read where a movement is, and what to collect and deliver", permission=VIEW_ALL_RECORDS),
    "registrations": Scope(label="Send registration events", permission=IMPORT_REGISTRATIONS),
}

# What is scanned by whom. A practice says for itself that it packed or received.
KINDS_OF = {
    "courier": ("collected", "delivered", "failed", "hub_in"),
    "hub": ("hub_in", "hub_out"),
    "store": ("shelved", "retrieved"),
}
