"""How long a session lives: idle and in all. Staff, who see every organisation, get less (trust note 2.3)."""

from __future__ import annotations

import time
from datetime import timedelta

from django.http import HttpRequest

STARTED_AT, SEEN_AT, STAFF = "portal_started_at", "portal_seen_at", "portal_staff"
IDLE = timedelta(minutes=30).total_seconds()
WHOLE = timedelta(hours=12).total_seconds()
STAFF_IDLE = timedelta(minutes=15).total_seconds()
STAFF_WHOLE = timedelta(hours=8).total_seconds()
_REFRESH = 60  # the session is written at most once a minute


def still_awake(request: HttpRequest) -> bool:
    """Whether the session may go on; an old one is ended here. Nothing a person typed is lost by signing in again."""
    now, session = time.time(), request.session
    started, seen = session.setdefault(STARTED_AT, now), session.setdefault(SEEN_AT, now)
    staff = session.get(STAFF, False) or request.path.startswith("/staff/")
    if now - seen > (STAFF_IDLE if staff else IDLE) or now - started > (STAFF_WHOLE if staff else WHOLE):
        session.flush()
        return False
    if now - seen > _REFRESH:
        session[SEEN_AT] = now
    return True


def mark_as_staff(request: HttpRequest) -> None:
    """Remembers that this session acts for the operator, so that the shorter times count on every page."""
    if not request.session.get(STAFF):
        request.session[STAFF] = True
