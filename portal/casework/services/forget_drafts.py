"""Drafts that nobody sent in time are thrown away: they hold what people typed about themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from portal.casework.draft_files import throw_away
from portal.casework.events import DRAFT_DISCARDED
from portal.casework.models import DraftFile, RequestDraft
from portal.casework.permissions import REQUEST_CHANGE
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.actor import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.worker import some_at_once

_AT_ONCE = 200


def forget_all_drafts() -> None:
    """All of them, some at a time."""
    actor = system_actor("The portal", REQUEST_CHANGE)
    with system_scope():
        over = list(_over().order_by("expires_at", "id").values_list("reference", flat=True))
    some_at_once(over, lambda references: forget_some_drafts(actor, references), size=_AT_ONCE)


@service(REQUEST_CHANGE)
def forget_some_drafts(actor: Actor, references: Sequence[str]) -> int:
    """Deletes those whose time is over and that were not sent; returns how many. One being sent now is left."""
    with system_scope():
        drafts = list(_over().filter(reference__in=references).select_for_update(skip_locked=True))
        if not drafts:
            nothing_changed()
        for draft in drafts:
            record(DRAFT_DISCARDED, actor=actor, subject=draft, organisation_id=draft.organisation_id)
        throw_away(DraftFile.objects.filter(draft__in=drafts))
        RequestDraft.objects.filter(id__in=[draft.id for draft in drafts]).delete()
    return len(drafts)


def _over() -> QuerySet[RequestDraft]:
    return RequestDraft.objects.filter(case=None, expires_at__lte=timezone.now())
