"""What the ground floor does by itself: the record is below the worker and cannot declare a task."""

from __future__ import annotations

from datetime import timedelta

from portal.foundation.audit.sealing import seal_what_is_settled
from portal.foundation.worker.register import periodic


@periodic("worker.seal_audit", every=timedelta(minutes=1))
def seal_audit() -> None:
    """Seals what was written to the record and to the access log since the last time."""
    seal_what_is_settled()
