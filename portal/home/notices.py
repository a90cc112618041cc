"""The notices to show now. Read from the database once a minute, so that no page pays a query for them."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.home.models import NoticeAudience, ServiceNotice

KEEP_SECONDS = 60
_SHOWN_TO = {
    "public": {NoticeAudience.EVERYBODY},
    "contractor": {NoticeAudience.EVERYBODY, NoticeAudience.CONTRACTORS},
    "staff": {NoticeAudience.EVERYBODY, NoticeAudience.STAFF},
}


class NoticeBoard:
    """The live and coming notices, kept for ``keep_seconds``. Other processes see a change a minute later."""

    def __init__(self, keep_seconds: float = KEEP_SECONDS) -> None:
        self.keep_seconds = keep_seconds
        self._lock = Lock()
        self._read_at: float | None = None
        self._kept: list[ServiceNotice] = []

    def shown_to(self, audience: str, now: datetime | None = None) -> list[ServiceNotice]:
        """What an audience (``public``, ``contractor``, ``staff``) reads now, newest first."""
        moment = now or timezone.now()
        return [
            each
            for each in self._fresh()
            if each.audience in _SHOWN_TO.get(audience, set())
            and each.starts_at <= moment
            and (each.ends_at is None or moment < each.ends_at)
        ]

    def forget(self) -> None:
        """Reads again on the next page."""
        self._read_at = None

    def _fresh(self) -> list[ServiceNotice]:
        stale = self._read_at is None or time.monotonic() - self._read_at >= self.keep_seconds
        # One thread reads; the others go on with what is known, also while the database lets it wait.
        if stale and self._lock.acquire(blocking=False):
            try:
                # The public pages outlive the database: the last known notices stay up for another minute.
                with suppress(OperationalError):
                    self._kept = list(_live_and_coming())
                self._read_at = time.monotonic()
            finally:
                self._lock.release()
        return self._kept


def _live_and_coming() -> QuerySet[ServiceNotice]:
    return ServiceNotice.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("-starts_at")


# Tests share one process, so that a kept notice would show on another test's page.
BOARD = NoticeBoard(keep_seconds=0 if settings.TESTING else KEEP_SECONDS)
