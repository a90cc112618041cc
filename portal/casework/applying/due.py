"""What of approved requests is due now: the worker asks every minute."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.casework.applying.apply import end_cooling_off, go_on
from portal.casework.applying.effects import carrier
from portal.casework.models import ChangeRequest, PlanStep
from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope

logger = logging.getLogger(__name__)


def carry_out_due() -> None:
    """Ends cooling-offs whose time is over and goes on with due plans; one transaction for each request."""
    with system_scope():
        for reference in _cooled_off():
            _apart(end_cooling_off, reference)
        for reference in _with_steps_due():
            _apart(go_on, reference)


def _apart(service: Callable[[Actor, str], ChangeRequest], reference: str) -> None:
    """One request that cannot go on must not hold up all others; it is logged, and tried again in a minute."""
    try:
        with transaction.atomic():
            service(carrier(), reference)
    except Exception:
        logger.exception("a request could not be carried out", extra={"case": reference})


def _cooled_off() -> list[str]:
    over = ChangeRequest.objects.filter(state="cooling_off", cooling_off_until__lte=timezone.now())
    return list(over.order_by("cooling_off_until").values_list("case__reference", flat=True))


def _with_steps_due() -> list[str]:
    """Requests with a step that can be tried now. A failed one holds up its own request until its next try."""
    due = PlanStep.objects.filter(case__request__state="applying", due_on__lte=timezone.localdate()).filter(
        Q(state="planned") | Q(state="failed", next_try_at__lte=timezone.now())
    )
    return list(due.order_by("case_id").values_list("case__reference", flat=True).distinct())
