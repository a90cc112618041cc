"""The scanner has spoken: the file becomes clean or refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit.record import record
from portal.foundation.files.events import FILE_FOUND_CLEAN, FILE_REFUSED
from portal.foundation.files.models import StoredFile
from portal.foundation.files.permissions import SCAN_FILES
from portal.foundation.files.states import STORED_FILE


@dataclass(frozen=True, kw_only=True)
class SettleScan:
    """``found`` is what the scanner found, '' for nothing."""

    reference: str
    scanner: str
    found: str


@service(SCAN_FILES)
def settle_scan(actor: Actor, command: SettleScan) -> StoredFile:
    """Records the scanner's answer. Does nothing when another worker's answer was there first.

    Raises StoredFile.DoesNotExist.
    """
    row = StoredFile.objects.select_for_update().get(reference=command.reference)
    if row.state != "quarantined":
        nothing_changed()
        return row
    target = "refused" if command.found else "clean"
    STORED_FILE.check(actor, row.state, target)
    row.state, row.scanner, row.scanned_at = target, command.scanner, timezone.now()
    row.refused_because = command.found
    row.leased_until, row.last_error = None, ""
    row.save(
        update_fields=["state", "scanner", "scanned_at", "refused_because", "leased_until", "last_error"],
    )
    if command.found:
        record(FILE_REFUSED, actor=actor, subject=row, scanner=command.scanner, found=command.found)
    else:
        record(FILE_FOUND_CLEAN, actor=actor, subject=row, scanner=command.scanner)
    return row
