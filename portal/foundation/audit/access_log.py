"""The access log: writing entries, and reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.foundation.access.actor import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit.access_entry import AccessEntry
from portal.foundation.audit.signing import sign
from portal.foundation.request_id import current_request_id

BelongsTo = Callable[[list[str]], dict[str, set[int]]]
_belongs_to: list[BelongsTo] = []


def patients_belong_to(function: BelongsTo) -> None:
    """Registers who answers, for references of patients, where each is registered or has a record now."""
    if function not in _belongs_to:
        _belongs_to.append(function)


def looked(actor: Actor, patients: Iterable[str], *, purpose: str, page: str) -> None:
    """Writes that ``actor`` saw these patients (public references) together; in one transaction with what is shown.

    Pages need not call it: see ``portal.foundation.audit.looking``. It is for a stored file about patients, which is
    read without reading a row of theirs.
    """
    references = list(dict.fromkeys(patients))
    if not references:
        return
    with transaction.atomic():
        belongs = _organisations_of(actor, references)
        entries = [
            AccessEntry(
                actor_user_id=actor.user_id,
                actor_name=actor.name,
                actor_audience=actor.audience,
                organisation_id=actor.organisation_id,
                patient_reference=reference,
                patient_organisation_ids=sorted(belongs.get(reference, ())),
                purpose=purpose,
                page=page,
                shown_together=len(references),
                request_id=current_request_id(),
            )
            for reference in references
        ]
        sign(entries)
        AccessEntry.objects.bulk_create(entries)


def _organisations_of(actor: Actor, references: list[str]) -> dict[str, set[int]]:
    """Where each is registered or kept, also elsewhere: a practice that looks cannot see that, and the log must."""
    found: dict[str, set[int]] = {}
    sees_all = actor.audience in {"staff", "system"}
    with nullcontext() if sees_all else system_scope():
        for ask in _belongs_to:
            for reference, organisations in ask(references).items():
                found.setdefault(reference, set()).update(organisations)
    return found


@dataclass(frozen=True, kw_only=True)
class Looks:
    """What a list of looks is narrowed to; '' and None for no limit. Days are of the portal's zone, both included.

    ``patients`` are references that stand for one person.
    """

    patient: str = ""
    patients: tuple[str, ...] = ()
    purpose: str = ""
    user_id: int | None = None
    by_others: bool = False
    first_day: date | None = None
    last_day: date | None = None


def looks_at(actor: Actor, narrowed: Looks = Looks()) -> QuerySet[AccessEntry]:
    """Who looked at the patients of the actor's organisation, and at whom its own people looked, the newest first.

    The staff and the system see every look. The caller has asked for the permission. ``by_others`` leaves out the
    looks of the actor's own organisation.
    """
    found: Any = AccessEntry.objects.all().visible_to(actor)  # type: ignore[attr-defined]
    exact = {"patient_reference": narrowed.patient, "purpose": narrowed.purpose, "actor_user_id": narrowed.user_id}
    found = found.filter(**{field: value for field, value in exact.items() if value})
    if narrowed.patients:
        found = found.filter(patient_reference__in=narrowed.patients)
    if narrowed.by_others:
        found = found.exclude(organisation_id=actor.organisation_id)
    if narrowed.first_day:
        found = found.filter(occurred_at__date__gte=narrowed.first_day)
    if narrowed.last_day:
        found = found.filter(occurred_at__date__lte=narrowed.last_day)
    return found.order_by("-id")  # type: ignore[no-any-return]
