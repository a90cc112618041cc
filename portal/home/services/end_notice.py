"""Taking a service notice down."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.home.events import NOTICE_ENDED
from portal.home.models import ServiceNotice
from portal.home.notices import BOARD
from portal.home.permissions import EDIT_NOTICES


@service(EDIT_NOTICES)
def end_notice(actor: Actor, reference: str) -> ServiceNotice:
    """Ends the notice now; one that has ended already stays as it is. Raises NotFound."""
    notice = ServiceNotice.objects.select_for_update().filter(reference=reference).first()
    if notice is None:
        raise NotFound
    now = timezone.now()
    if notice.ends_at is not None and notice.ends_at <= now:
        nothing_changed()
        return notice
    # One that has not begun would end before it starts, so its start moves too: it is never shown.
    notice.starts_at, notice.ends_at = min(now, notice.starts_at), now
    notice.save(update_fields=["starts_at", "ends_at"])
    record(NOTICE_ENDED, actor=actor, subject=notice, title=notice.title)
    transaction.on_commit(BOARD.forget)
    return notice
