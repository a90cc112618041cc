"""What the portal does by itself: a case for a receipt nobody confirmed, a reminder of a leaver's pads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.api import managers_of
from portal.casework.api import OpenCase, open_case
from portal.casework.permissions import REPORT
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import WorkingCalendar, working_calendar
from portal.serials import messages
from portal.serials.events import PADS_REMINDED, RECEIPT_MISSED
from portal.serials.models import PadTask, ReceiptWatch
from portal.serials.permissions import SETTLE_INCIDENTS
from portal.serials.prescribers import pad_rules
from portal.serials.unusual import unusual_rules
from portal.supplies.models import Consignment

_AT_ONCE = 200


def last_day_unconfirmed(calendar: WorkingCalendar, today: date, wait: int) -> date:
    """The last day on which a parcel left that more than ``wait`` working days later, today, is not confirmed."""
    day = today
    while calendar.days_between(day, today) <= wait:
        day -= timedelta(days=1)
    return day


def late_receipts() -> QuerySet[Consignment]:
    """Secure consignments that left so long ago that somebody should have confirmed them; no case is open yet."""
    day = last_day_unconfirmed(working_calendar(), timezone.localdate(), unusual_rules().receipt_days)
    late = Consignment.objects.filter(
        state__in=["dispatched", "failed", "delivered"],
        dispatched_at__date__lte=day,
        lines__line__item__item_class="secure",
        lines__picked__gt=0,
    )
    return late.exclude(pk__in=ReceiptWatch.objects.values("consignment_id")).distinct().order_by("id")[:_AT_ONCE]


@service(SETTLE_INCIDENTS)
def open_receipt_case(actor: Actor, consignment_id: int) -> str:
    """Opens the case for one of them, once; returns its reference, or '' when it was confirmed in the meantime."""
    found = Consignment.objects.select_for_update(of=("self",)).select_related("order", "organisation")
    consignment = found.get(pk=consignment_id)
    if consignment.confirmed_at or ReceiptWatch.objects.filter(consignment=consignment).exists():
        nothing_changed()
        return ""
    reporting = replace(
        actor.also(REPORT),
        organisation_id=consignment.organisation_id,
        organisation_code=consignment.organisation.code,
    )
    case = open_case(
        reporting,
        OpenCase(
            kind="unconfirmed_receipt",
            subject=f"Nobody confirmed secure consignment {consignment.reference}",
            details=(
                f"Consignment {consignment.reference} of order {consignment.order.reference} left on"
                f" {timezone.localtime(consignment.dispatched_at):%d %B %Y} with {consignment.carrier}."
                " Nobody at the site has confirmed the numbers. Ask the site, then the carrier."
            ),
            about_type="order",
            about_reference=consignment.order.reference,
        ),
    )
    ReceiptWatch.objects.create(
        consignment=consignment, organisation_id=consignment.organisation_id, case_reference=case.reference
    )
    record(
        RECEIPT_MISSED,
        actor=actor,
        subject=consignment.order,
        organisation_id=consignment.organisation_id,
        consignment=consignment.reference,
        case=case.reference,
    )
    return case.reference


def due_tasks() -> QuerySet[PadTask]:
    """Open tasks of which the site is to be reminded today: shortly before the day, and each week after it."""
    today = timezone.localdate()
    soon = working_calendar().add(today, pad_rules().remind_days)
    rows = PadTask.objects.filter(state="open", due_on__lte=soon)
    return rows.exclude(reminded_on__gt=today - timedelta(days=7)).order_by("id")[:_AT_ONCE]


@service(SETTLE_INCIDENTS)
def remind_of_pads(actor: Actor, task_id: int) -> bool:
    """Reminds the managers of the site once; False when somebody closed the task in the meantime."""
    task = PadTask.objects.select_for_update(of=("self",)).select_related("prescriber", "organisation").get(pk=task_id)
    today = timezone.localdate()
    if task.state != "open" or task.reminded_on == today:
        nothing_changed()
        return False
    task.reminded_on = today
    task.save(update_fields=["reminded_on"])
    record(
        PADS_REMINDED,
        actor=actor,
        subject=("organisation", task.organisation.code),
        organisation_id=task.organisation_id,
        prescriber=task.prescriber.reference,
        on=task.due_on.isoformat(),
    )
    queue_emails(messages.pads_due(task, [person.email for person in managers_of(task.organisation_id)]))
    return True
