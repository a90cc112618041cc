"""Reads of one case's conversation: its thread, its files, what happened (J20, J22)."""

from __future__ import annotations

from django.db.models import Prefetch, Q

from portal.casework.models import Attachment, Case, Message
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound

_INSIDE = ("staff", "system")


def thread_of(actor: Actor, case: Case) -> list[Message]:
    """The messages the actor may read, oldest first, with their files. Notes are for staff only (J22)."""
    messages = Message.objects.visible_to(actor).filter(case=case)  # type: ignore[attr-defined]
    if actor.audience not in _INSIDE:
        messages = messages.filter(internal=False)
    return list(
        messages.order_by("id").prefetch_related(
            Prefetch("attachments", queryset=Attachment.objects.select_related("stored_file").order_by("id"))
        )
    )


def first_files_of(actor: Actor, case: Case) -> list[Attachment]:
    """The files that came with the case's first text."""
    files = Attachment.objects.visible_to(actor).filter(case=case, message=None)  # type: ignore[attr-defined]
    return list(files.select_related("stored_file").order_by("id"))


def find_attachment(actor: Actor, reference: str, file: str) -> Attachment:
    """A file of the case. Raises NotFound outside the actor's scope, and for a note's file to anybody but staff."""
    files = Attachment.objects.visible_to(actor).filter(case__reference=reference, stored_file__reference=file)  # type: ignore[attr-defined]
    if actor.audience not in _INSIDE:
        files = files.filter(Q(message=None) | Q(message__internal=False))
    found: Attachment | None = files.select_related("stored_file").first()
    if found is None:
        raise NotFound
    return found


def history_of(actor: Actor, case: Case) -> list[AuditEvent]:
    """What happened to the case, oldest first; what concerns only staff is for staff."""
    events = list(AuditEvent.objects.about("case", case.reference))  # type: ignore[attr-defined]
    return events if actor.audience in _INSIDE else [event for event in events if event.is_public]
