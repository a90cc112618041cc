"""Drafts that nobody sent in time are thrown away: they hold what people typed about themselves."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.draft_files import throw_away
from portal.casework.events import DRAFT_DISCARDED
from portal.casework.models import DraftFile, RequestDraft
from portal.casework.permissions import REQUEST_CHANGE
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.actor import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record

_AT_ONCE = 200


def forget_all_drafts() -> None:
    """Goes on until none is left, some at a time."""
    actor = system_actor("The portal", REQUEST_CHANGE)
    while forget_some_drafts(actor):
        pass


@service(REQUEST_CHANGE)
def forget_some_drafts(actor: Actor) -> int:
    """Deletes drafts whose time is over and that were not sent; returns how many. One being sent now is left."""
    with system_scope():
        over = RequestDraft.objects.filter(case=None, expires_at__lte=timezone.now())
        drafts = list(over.select_for_update(skip_locked=True)[:_AT_ONCE])
        if not drafts:
            nothing_changed()
        for draft in drafts:
            record(DRAFT_DISCARDED, actor=actor, subject=draft, organisation_id=draft.organisation_id)
        throw_away(DraftFile.objects.filter(draft__in=drafts))
        RequestDraft.objects.filter(id__in=[draft.id for draft in drafts]).delete()
    return len(drafts)
