"""Taking files out of quarantine: lease, scan, settle. Any number of workers may do it at once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.foundation.errors import Conflict
from portal.foundation.files.downloads import intact_content
from portal.foundation.files.models import StoredFile
from portal.foundation.files.permissions import SCAN_FILES
from portal.foundation.files.scanners import Scanner, ScannerUnavailable, configured_scanner
from portal.foundation.files.services.settle_scan import SettleScan, settle_scan

LEASE = timedelta(minutes=3)  # longer than the scanner may take for one file
MOST_AT_ONCE = 50
FAILURES_IN_A_ROW = 3  # then the scanner is down, and the others need not wait for it one by one
_ACTOR = system_actor("The virus scanner", SCAN_FILES)
logger = logging.getLogger(__name__)


def scan_quarantined(*, scanner: Scanner | None = None, most: int = MOST_AT_ONCE) -> int:
    """Scans files in quarantine, at most ``most``, and returns how many left it.

    Whatever gives no answer (a scanner that is down, a file that cannot be read) stays and is tried again,
    after those that were tried less often.
    """
    asked = scanner or configured_scanner()
    settled = failures = 0
    tried: list[int] = []
    while len(tried) < most and failures < FAILURES_IN_A_ROW and (row := _lease_one(besides=tried)) is not None:
        tried.append(row.id)
        try:
            verdict = asked.scan(intact_content(row))
        except ScannerUnavailable as error:
            failures += 1
            _release(row, str(error))
        except Conflict as error:
            _release(row, error.sentence)
        else:
            failures = 0
            settle_scan(_ACTOR, SettleScan(reference=row.reference, scanner=asked.name, found=verdict.found))
            settled += 1
    if failures:
        logger.warning("files stay in quarantine: the virus scanner gives no answer", extra={"tried": len(tried)})
    return settled


def next_to_scan(besides: list[int]) -> StoredFile | None:
    """The next file in quarantine, locked; one that another worker is taking is passed over."""
    due = StoredFile.objects.due_for_scan()  # type: ignore[attr-defined]
    found: StoredFile | None = due.exclude(id__in=besides).select_for_update(skip_locked=True).first()
    return found


def _lease_one(*, besides: list[int]) -> StoredFile | None:
    """One at a time: a lease taken for fifty would run out while the first are scanned."""
    with transaction.atomic():
        row = next_to_scan(besides)
        if row is not None:
            StoredFile.objects.filter(id=row.id).update(
                leased_until=timezone.now() + LEASE, scan_attempts=F("scan_attempts") + 1
            )
    return row


def _release(row: StoredFile, error: str) -> None:
    StoredFile.objects.filter(id=row.id, state="quarantined").update(leased_until=None, last_error=error[:500])
