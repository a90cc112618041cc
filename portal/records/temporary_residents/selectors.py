"""What pages read about temporary residents' forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.workdays.calendar import working_calendar
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.temporary_residents.bag_selectors import late
from portal.records.temporary_residents.models import FormDownload, FormReturn, MailChoice, PaperBag, TemporaryForm
from portal.records.temporary_residents.permissions import VIEW_FORMS
from portal.records.temporary_residents.states import FINAL, TO_ROUTE

_RECEIVED = {"open": ("waiting", "downloaded"), "archived": ("archived",)}
SENT_GROUPS = {"open": "Under way", "ended": "Ended"}
STAFF_GROUPS = {
    "route": "Practice to be found",
    "overdue": "Not downloaded in time",
    "open": "All under way",
    "ended": "Ended",
}


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to: a group, and words that a reference or the other practice's name or code has."""

    group: str = "open"
    words: str = ""


def received(actor: Actor, narrowed: Narrowed) -> Any:
    """What the actor's practice has, the longest there first; archived ones newest first. Raises Refused."""
    actor.require(VIEW_FORMS)
    found = _visible(actor).received_by(actor.organisation_id).filter(state__in=_RECEIVED[narrowed.group])
    found = _with_words(found, narrowed.words, "sender").select_related("sender", "file")
    return found.order_by("-ended_at", "-id") if narrowed.group == "archived" else found.order_by("arrived_at", "id")


def sent(actor: Actor, narrowed: Narrowed) -> Any:
    """What the actor's practice sent, the newest first. Raises Refused.

    Nothing is searched or read of where a form went: the sender is not told.
    """
    actor.require(VIEW_FORMS)
    found = _visible(actor).sent_by(actor.organisation_id)
    found = found.filter(state__in=FINAL) if narrowed.group == "ended" else found.exclude(state__in=FINAL)
    if narrowed.words:
        found = found.filter(reference__icontains=narrowed.words)
    return found.order_by("-sent_at", "-id")


def form_with(actor: Actor, reference: str) -> TemporaryForm:
    """One form that the actor may see. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_FORMS)
    found = _visible(actor).select_related("sender", "destination", "named", "file")
    form: TemporaryForm | None = found.filter(reference=reference).first()
    if form is None:
        raise NotFound
    return form


def downloads_of(actor: Actor, form: TemporaryForm) -> list[FormDownload]:
    """Who of the actor's own organisation downloaded it; staff see everybody. One query."""
    found = FormDownload.objects.visible_to(actor).filter(form=form)  # type: ignore[attr-defined]
    return list(found.select_related("organisation"))


def returns_of(actor: Actor, form: TemporaryForm) -> list[FormReturn]:
    """Which practices returned it: for staff. One query."""
    found = FormReturn.objects.visible_to(actor).filter(form=form)  # type: ignore[attr-defined]
    return list(found.select_related("organisation"))


def wants_mail(actor: Actor) -> bool:
    """Whether an e-mail tells the actor of new forms at this site. One query."""
    quiet = MailChoice.objects.visible_to(actor).filter(user_id=actor.user_id, wants_mail=False)  # type: ignore[attr-defined]
    return not quiet.filter(organisation_id=actor.organisation_id).exists()


def for_staff(actor: Actor, narrowed: Narrowed) -> Any:
    """Forms as the operator sees them; those whose day came first stand first. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found, today = _visible(actor), timezone.localdate()
    if narrowed.group == "route":
        found = found.to_route()
    elif narrowed.group == "overdue":
        found = found.overdue(today)
    elif narrowed.group == "ended":
        found = found.filter(state__in=FINAL)
    else:
        found = found.exclude(state__in=FINAL)
    found = _with_words(found, narrowed.words, "sender", "destination").select_related("sender", "destination")
    return found.order_by("-ended_at", "-id") if narrowed.group == "ended" else found.order_by("due_on", "sent_at")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many forms a practice has not downloaded, and has not archived."""

    to_download: int
    to_archive: int


def waiting(actor: Actor) -> Waiting:
    """What waits at the actor's practice. One query. Raises Refused."""
    actor.require(VIEW_FORMS)
    numbers = (
        _visible(actor)
        .received_by(actor.organisation_id)
        .aggregate(
            to_download=Count("id", filter=Q(state="waiting", file__state="clean")),
            to_archive=Count("id", filter=Q(state="downloaded")),
        )
    )
    return Waiting(**numbers)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How many forms wait for the operator: to be routed, of those late, unread too long at a practice; and bags."""

    to_route: int
    late: int
    overdue: int
    bags: int = 0


def queue(actor: Actor) -> Queue:
    """What waits for the operator. Two queries. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    today = timezone.localdate()
    numbers = _visible(actor).aggregate(
        to_route=Count("id", filter=Q(state__in=TO_ROUTE)),
        late=Count("id", filter=Q(state__in=TO_ROUTE, due_on__lt=today)),
        overdue=Count("id", filter=Q(state="waiting", due_on__lt=today)),
    )
    bags = PaperBag.objects.visible_to(actor).filter(late() | Q(state="arrived")).count()  # type: ignore[attr-defined]
    return Queue(**numbers, bags=bags)


def age_of(form: TemporaryForm) -> int:
    """Working days that the practice has had the form, or the operator has looked for its practice."""
    since = timezone.localtime(form.arrived_at or form.sent_at).date()
    return working_calendar().days_between(since, timezone.localdate())


def _visible(actor: Actor) -> Any:
    return TemporaryForm.objects.visible_to(actor)  # type: ignore[attr-defined]


def _with_words(found: Any, words: str, *others: str) -> Any:
    if not words:
        return found
    wanted = Q(reference__icontains=words)
    for other in others:
        wanted |= Q(**{f"{other}__code__iexact": words}) | Q(**{f"{other}__name__icontains": words})
    return found.filter(wanted)
