"""What importing a file did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.organisations.ods_import.refusal import Rejection

COUNTS = ("read", "created", "changed", "unchanged", "closed", "reopened")


@dataclass(frozen=True)
class Difference:
    """One organisation that a release changes; ``fields`` are (name, before, after)."""

    code: str
    name: str
    verb: str
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class FileOutcome:
    """The counts of one file: each row read is exactly one of the other five, unless the file is refused."""

    file: str
    layout: str = ""
    released_on: date | None = None
    sha256: str = ""
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    reopened: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether nothing was imported."""
        return bool(self.rejected)

    def counts(self) -> dict[str, int]:
        """The six counts by name."""
        return {name: getattr(self, name) for name in COUNTS}

    def as_json(self) -> dict[str, Any]:
        """Exactly what ``--json`` promises for one file."""
        rejected = [each.as_json() for each in self.rejected]
        return {"file": self.file, "layout": self.layout, **self.counts(), "rejected": rejected}
