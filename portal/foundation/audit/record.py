"""Writing the record: one function, inside the transaction of the change it describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction

from portal.foundation.audit.digests import as_stored
from portal.foundation.audit.events import EventType
from portal.foundation.audit.signing import sign
from portal.foundation.bulk_writing import write_new
from portal.foundation.request_id import current_request_id

if TYPE_CHECKING:
    from portal.foundation.access.actor import Actor
    from portal.foundation.audit.models import AuditEvent


class Subject(Protocol):
    """What an event can be about: anything with a public reference."""

    @property
    def reference(self) -> str: ...


@dataclass
class _Count:
    recorded: int = 0
    unchanged: bool = False


_count: ContextVar[_Count | None] = ContextVar("events_recorded", default=None)


@contextmanager
def counting_events() -> Iterator[_Count]:
    """Counts the events recorded inside; used by the service decorator. Nested services count for both."""
    outer = _count.get()
    inner = _Count()
    token = _count.set(inner)
    try:
        yield inner
    finally:
        _count.reset(token)
        if outer is not None:
            outer.recorded += inner.recorded


def nothing_changed() -> None:
    """Said by a service that found its work already done, so that it may end without an event."""
    if (count := _count.get()) is not None:
        count.unchanged = True


def record(
    event: EventType,
    *,
    actor: Actor,
    subject: Subject | tuple[str, str],
    organisation_id: int | None = None,
    **payload: Any,
) -> AuditEvent:
    """Writes one event about ``subject`` (a model row with a ``reference``, or a (type, reference) pair).

    Raises ValueError when the payload's keys are not the event type's fields, and RuntimeError
    outside a transaction: an event that can be lost, or that can outlive its change, is no record.
    """
    written = build_event(event, actor=actor, subject=subject, organisation_id=organisation_id, **payload)
    _require_transaction()
    sign([written])
    written.save(force_insert=True)
    _add(1)
    return written


def record_many(events: list[AuditEvent]) -> None:
    """Writes several events, made by ``build_event``, in two queries."""
    from portal.foundation.audit.models import AuditEvent

    _require_transaction()
    sign(events)
    write_new(AuditEvent, events)
    _add(len(events))


def build_event(
    event: EventType,
    *,
    actor: Actor,
    subject: Subject | tuple[str, str],
    organisation_id: int | None = None,
    **payload: Any,
) -> AuditEvent:
    """Makes an event without writing it. Raises ValueError when the payload does not fit its type."""
    from portal.foundation.audit.models import AuditEvent

    if payload.keys() != event.fields:
        raise ValueError(f"{event.code} takes {sorted(event.fields)}, not {sorted(payload)}.")
    subject_type, reference = subject if isinstance(subject, tuple) else (_type_of(subject), subject.reference)
    return AuditEvent(
        type=event.code,
        actor_user_id=actor.user_id,
        actor_name=actor.name,
        actor_audience=actor.audience,
        organisation_id=organisation_id if organisation_id is not None else actor.organisation_id,
        subject_type=subject_type,
        subject_reference=reference,
        payload=as_stored(payload),
        request_id=current_request_id(),
    )


def _type_of(subject: Any) -> str:
    return str(subject._meta.model_name)


def _add(number: int) -> None:
    if (count := _count.get()) is not None:
        count.recorded += number


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is recorded inside the transaction of its change.")
