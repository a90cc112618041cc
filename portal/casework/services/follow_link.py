"""Following a link from an e-mail: it proves the address, and a draft may then be sent (J13-J20)."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.email_links import find_link
from portal.casework.events import LINK_FOLLOWED
from portal.casework.models import EmailLink, RequestDraft
from portal.casework.permissions import VIEW_OWN_CASES
from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import NotFound


@service(VIEW_OWN_CASES)
def follow_link(actor: Actor, token: str) -> EmailLink:
    """Marks the link as used and returns it. Raises NotFound for one that is unknown or expired.

    A link works until it expires, because people open their mail on more than one machine. Following a
    draft's link proves the address, without which nothing can be sent.
    """
    with system_scope():  # links and drafts are nobody's rows until the link has shown whose they are
        link = find_link(token, lock=True)
        if link is None:
            raise NotFound
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        if link.purpose == "draft":
            RequestDraft.objects.filter(reference=link.subject, email=link.email, email_confirmed_at=None).update(
                email_confirmed_at=link.used_at
            )
        record(LINK_FOLLOWED, actor=actor, subject=(_SUBJECTS[link.purpose], link.subject), purpose=link.purpose)
    return link


_SUBJECTS = {"draft": "requestdraft", "case": "case", "freeze": "case"}
