"""What of approved requests is due now: the worker asks every minute."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from portal.casework.applying.apply import end_cooling_off, go_on
from portal.casework.applying.effects import carrier
from portal.casework.models import ChangeRequest, PlanStep
from portal.foundation.access.row_security import system_scope
from portal.foundation.worker import one_after_another, one_by_one


def carry_out_due() -> None:
    """Ends cooling-offs whose time is over and goes on with due plans; one transaction for each request.

    One request that cannot go on holds up no other; it is tried again in a minute.
    """
    with system_scope():
        one_after_another(
            cooled_off=lambda: one_by_one(_cooled_off(), lambda each: end_cooling_off(carrier(), each)),
            due=lambda: one_by_one(_with_steps_due(), lambda each: go_on(carrier(), each)),
        )


def _cooled_off() -> list[str]:
    over = ChangeRequest.objects.filter(state="cooling_off", cooling_off_until__lte=timezone.now())
    return list(over.order_by("cooling_off_until").values_list("case__reference", flat=True))


def _with_steps_due() -> list[str]:
    """Requests with a step that can be tried now. A failed one holds up its own request until its next try."""
    due = PlanStep.objects.filter(case__request__state="applying", due_on__lte=timezone.localdate()).filter(
        Q(state="planned") | Q(state="failed", next_try_at__lte=timezone.now())
    )
    return list(due.order_by("case_id").values_list("case__reference", flat=True).distinct())
