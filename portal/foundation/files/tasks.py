"""What runs by itself for stored files."""

from __future__ import annotations

from datetime import timedelta

from portal.foundation.files.scanning import scan_quarantined
from portal.foundation.files.vault import sweep
from portal.foundation.worker import periodic


@periodic("files.scan_quarantined", every=timedelta(seconds=30))
def scan_files() -> None:
    """Has new files looked at by the virus scanner."""
    scan_quarantined()


@periodic("files.sweep_orphans", every=timedelta(hours=6))
def sweep_orphans() -> None:
    """Removes files that no row names and that are older than a day."""
    sweep()
