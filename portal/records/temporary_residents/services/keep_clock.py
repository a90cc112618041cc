"""What happens to forms by itself: they are announced, reminded of, taken back from closed practices, and erased.

No form lies anywhere unseen: at a practice it is announced and reminded of, and the operator sees the rest (J11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import EventType, build_event, record
from portal.foundation.audit.record import record_many
from portal.foundation.files import discard_stored
from portal.foundation.outbox.queue import Email, queue_email
from portal.foundation.worker import one_after_another, some_at_once
from portal.organisations.models import Organisation
from portal.records.temporary_residents import messages
from portal.records.temporary_residents.events import (
    FORM_ARCHIVED,
    FORM_ERASED,
    FORM_REFUSED,
    FORM_TAKEN_BACK,
    FORMS_ANNOUNCED,
    FORMS_REMINDED,
)
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.moving import end, take_from_practice
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.rules import form_rules
from portal.records.temporary_residents.states import UNREAD

AT_ONCE = 200  # forms in one transaction


def let_time_pass() -> None:
    """What the worker does, some hundred forms at a time. Neither a form nor a step holds up another."""
    actor = system_actor("The clock of temporary residents' forms", ROUTE_FORMS)
    steps = {
        refuse_files: _of_refused_files,
        take_from_closed: _at_closed,
        announce: _to_announce,
        remind: _to_remind_of,
        archive_downloaded: _to_archive,
        erase: _to_erase,
    }
    with system_scope():
        one_after_another(**{step.__name__: partial(_all, actor, step, due) for step, due in steps.items()})


def _all(actor: Actor, step: Callable[[Actor, Sequence[str]], int], due: Callable[[], QuerySet[TemporaryForm]]) -> None:
    forms = list(due().order_by("id").values_list("reference", flat=True))
    some_at_once(forms, partial(step, actor), size=AT_ONCE)


@service(ROUTE_FORMS)
def announce(actor: Actor, references: Sequence[str]) -> int:
    """One e-mail to each practice for all its forms that nobody was told of; how many forms.

    A form is announced when its file has been found clean: before that there is nothing to download.
    """
    rows = _some(_to_announce(), references)
    for row in rows:
        row.announced_at = timezone.now()
    TemporaryForm.objects.bulk_update(rows, ["announced_at"])
    return _tell(actor, rows, FORMS_ANNOUNCED, messages.new_forms)


@service(ROUTE_FORMS)
def remind(actor: Actor, references: Sequence[str]) -> int:
    """One e-mail to each practice where forms have waited for some working days; how many forms."""
    rows = _some(_to_remind_of(), references)
    for row in rows:
        row.reminded_at = timezone.now()
    TemporaryForm.objects.bulk_update(rows, ["reminded_at"])
    return _tell(actor, rows, FORMS_REMINDED, messages.unread_forms)


@service(ROUTE_FORMS)
def take_from_closed(actor: Actor, references: Sequence[str]) -> int:
    """Forms that nobody has downloaded at a practice that has closed go back to the operator; how many."""
    rows = _some(_at_closed(), references)
    for row in rows:
        practice_id = row.destination_id
        take_from_practice(actor, row, "to_route")
        row.save()
        why = "The practice has closed"
        record(FORM_TAKEN_BACK, actor=actor, subject=row, organisation_id=practice_id, why=why)
    return _done(rows)


@service(ROUTE_FORMS)
def refuse_files(actor: Actor, references: Sequence[str]) -> int:
    """Forms whose file the virus scanner refused end here, and their senders are told; how many."""
    rows = _some(_of_refused_files(), references, "sender")
    for row in rows:
        end(actor, row, "refused")
        row.save()
        record(FORM_REFUSED, actor=actor, subject=row, organisation_id=row.sender_id)
        queue_email(messages.file_refused(row))
    return _done(rows)


@service(ROUTE_FORMS)
def archive_downloaded(actor: Actor, references: Sequence[str]) -> int:
    """Archives what a practice downloaded long ago and did not archive, so that its content goes; how many."""
    rows = _some(_to_archive(), references)
    for row in rows:
        end(actor, row, "archived", "Archived by the portal: it was downloaded long ago")
        row.save()
        record(FORM_ARCHIVED, actor=actor, subject=row, organisation_id=row.destination_id)
    return _done(rows)


@service(ROUTE_FORMS)
def erase(actor: Actor, references: Sequence[str]) -> int:
    """Deletes content, number and date of birth of forms that ended some time ago; how many.

    What stays says who sent it, who had it and when, and the registered patient's reference.
    """
    rows = _some(_to_erase(), references, "file")
    for row in rows:
        stored = row.file
        row.file, row.nhs_number, row.born_on, row.erased_at = None, "", None, timezone.now()
        row.save()
        if stored is not None:
            discard_stored(stored)
    record_many(
        [
            build_event(FORM_ERASED, actor=actor, subject=row, organisation_id=row.destination_id or row.sender_id)
            for row in rows
        ]
    )
    return _done(rows)


def _to_announce() -> QuerySet[TemporaryForm]:
    return TemporaryForm.objects.filter(state="waiting", announced_at=None, file__state="clean")


def _to_remind_of() -> QuerySet[TemporaryForm]:
    return TemporaryForm.objects.filter(state="waiting", reminded_at=None, remind_on__lte=timezone.localdate())


def _at_closed() -> QuerySet[TemporaryForm]:
    yesterday = Q(destination__closed_on__lt=timezone.localdate())
    return TemporaryForm.objects.filter(yesterday | ~Q(destination__status="active"), state="waiting")


def _of_refused_files() -> QuerySet[TemporaryForm]:
    return TemporaryForm.objects.filter(state__in=UNREAD, file__state="refused")


def _to_archive() -> QuerySet[TemporaryForm]:
    before = timezone.now() - form_rules().archive_after
    return TemporaryForm.objects.filter(state="downloaded", downloaded_at__lt=before)


def _to_erase() -> QuerySet[TemporaryForm]:
    return TemporaryForm.objects.filter(erased_at=None, ended_at__lt=timezone.now() - form_rules().erase_after)


def _some(due: QuerySet[TemporaryForm], references: Sequence[str], *with_: str) -> list[TemporaryForm]:
    """Those of them that are still due, locked; what somebody is working with is passed over until the next time."""
    found = due.filter(reference__in=references).select_for_update(of=("self",), skip_locked=True)
    return list((found.select_related(*with_) if with_ else found).order_by("id"))


def _tell(
    actor: Actor, rows: Iterable[TemporaryForm], event: EventType, email: Callable[[Organisation, int], Email]
) -> int:
    numbers: dict[int, int] = defaultdict(int)
    for row in rows:
        numbers[row.destination_id or 0] += 1
    practices = Organisation.objects.filter(id__in=numbers).order_by("id")
    for practice in practices:
        number = numbers[practice.id]
        record(event, actor=actor, subject=practice, organisation_id=practice.id, number=number)
        queue_email(email(practice, number))
    return _done(list(numbers.values()))


def _done(rows: list[int] | list[TemporaryForm]) -> int:
    if not rows:
        nothing_changed()
    return len(rows)
