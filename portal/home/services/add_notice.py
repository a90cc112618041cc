"""Putting up a service notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.home.events import NOTICE_ADDED
from portal.home.models import NoticeAudience, ServiceNotice
from portal.home.notices import BOARD
from portal.home.permissions import EDIT_NOTICES
from portal.home.reference import new_notice_reference


@dataclass(frozen=True, kw_only=True)
class AddNotice:
    """The command. Without ``starts_at`` it starts now; without ``ends_at`` somebody must end it."""

    title: str
    text: str
    audience: NoticeAudience
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@service(EDIT_NOTICES)
def add_notice(actor: Actor, command: AddNotice) -> ServiceNotice:
    """Puts the notice up. Raises InvalidInput when it would end before it starts (J1)."""
    starts_at = command.starts_at or timezone.now()
    if command.ends_at is not None and command.ends_at <= starts_at:
        raise InvalidInput({"ends_on": "The last day must not be before the first, nor in the past."})
    notice = ServiceNotice.objects.create(
        reference=new_notice_reference(),
        title=command.title,
        text=command.text,
        audience=command.audience,
        starts_at=starts_at,
        ends_at=command.ends_at,
    )
    record(NOTICE_ADDED, actor=actor, subject=notice, title=notice.title, audience=notice.audience)
    transaction.on_commit(BOARD.forget)
    return notice
