"""Who looked at a practice's patients: rows for its Main Contact (R2, mission J10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit.access_entry import AccessEntry
from portal.foundation.audit.access_log import Looks, looks_at
from portal.foundation.errors import NotFound
from portal.organisations.api import Organisation
from portal.records.models import Movement
from portal.records.permissions import WATCH_LOOKS
from portal.records.presenters import PatientShown, patient_shown
from portal.records.registrations.models import RegisteredPatient

PERIODS = {"7": "The last 7 days", "30": "The last 30 days", "365": "The last year"}
EXPORT_HEADS = ("When", "Who", "For whom", "Purpose", "Patient reference", "Patients on the same page")
_NAMES = Signer(salt="records.look")
_AUDIENCES = {"staff": "The operator of this portal", "system": "The portal itself"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look as it is shown. ``name`` stands for it in addresses; ``by_others`` when another organisation looked."""

    name: str
    occurred_at: datetime
    who: str
    person: int | None
    for_whom: str
    why: str
    patient: str
    together: int
    by_others: bool


def narrowed(*, period: str = "", purpose: str = "", person: int | None = None, by_others: bool = False) -> Looks:
    """What the list is narrowed to; ``period`` is a key of PERIODS or ''."""
    first = timezone.localdate() - timedelta(days=int(period)) if period in PERIODS else None
    return Looks(purpose=purpose, user_id=person, by_others=by_others, first_day=first)


def looks_of(actor: Actor, wanted: Looks) -> Any:
    """The entries, newest first, not yet read. Raises Refused."""
    actor.require(WATCH_LOOKS)
    return looks_at(actor, wanted)


def looks_at_person(actor: Actor, reference: str) -> Any:
    """The looks at whom the reference stands for, under every number that they were known by. Raises Refused."""
    return looks_of(actor, Looks(patients=_references_of(reference)))


def _references_of(reference: str) -> tuple[str, ...]:
    with system_scope():  # a practice does not see the row of a patient who turned out to be another
        found = RegisteredPatient.objects.filter(reference=reference).values_list("id", "merged_into_id").first()
        if found is None:
            return (reference,)
        today = found[1] or found[0]
        rows = RegisteredPatient.objects.filter(Q(id=today) | Q(merged_into=today))
        return tuple(rows.order_by("id").values_list("reference", flat=True))


def name_of(entry: AccessEntry) -> str:
    """What stands for the entry in addresses: signed, so that nobody counts through the looks of others."""
    return _NAMES.sign(str(entry.pk))


def look_named(actor: Actor, name: str) -> Look:
    """One look. Raises NotFound when it is not at a patient of the actor's site, nor by its people; and Refused."""
    try:
        found = looks_of(actor, Looks()).filter(pk=int(_NAMES.unsign(name))).first()
    except BadSignature as error:
        raise NotFound from error
    if found is None:
        raise NotFound
    return shown(actor, [found])[0]


def shown(actor: Actor, entries: Sequence[AccessEntry]) -> list[Look]:
    """The entries with the names of organisations; one query."""
    names = _names(entries)
    return [_look(actor, each, names) for each in entries]


def export_rows(actor: Actor, entries: Iterable[AccessEntry]) -> Iterator[tuple[Any, ...]]:
    """The rows of an export, as a stream: names of organisations are asked for once each."""
    names: dict[int, str] = {}
    for entry in entries:
        if entry.organisation_id not in names:
            names |= _names([entry])
        each = _look(actor, entry, names)
        yield each.occurred_at, each.who, each.for_whom, each.why, each.patient, each.together


def patient_behind(actor: Actor, reference: str) -> tuple[PatientShown, Movement] | None:
    """Who a reference stands for, where the site takes part in a movement of the record; None where it does not."""
    references = _references_of(reference)
    movements = Movement.objects.visible_to(actor).filter(record__patient__reference__in=references)  # type: ignore[attr-defined]
    newest = movements.select_related("record__patient", "origin", "destination").order_by("-id").first()
    return (patient_shown(newest), newest) if newest is not None else None


def _names(entries: Iterable[AccessEntry]) -> dict[int, str]:
    wanted = {each.organisation_id for each in entries if each.organisation_id}
    found = Organisation.objects.filter(pk__in=wanted).values_list("pk", "name", "code")
    return {pk: f"{name} ({code})" for pk, name, code in found}


def _look(actor: Actor, entry: AccessEntry, names: dict[int, str]) -> Look:
    for_whom = _AUDIENCES.get(entry.actor_audience) or names.get(entry.organisation_id or 0, "Not known")
    return Look(
        name=name_of(entry),
        occurred_at=entry.occurred_at,
        who=entry.actor_name,
        person=entry.actor_user_id,
        for_whom=for_whom,
        why=entry.why,
        patient=entry.patient_reference,
        together=entry.shown_together,
        by_others=entry.organisation_id != actor.organisation_id,
    )
