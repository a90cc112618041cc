"""Links in e-mails: who holds one has the address it was sent to, and may do one thing for a while (J20, J21)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from portal.casework.models import Case, EmailLink, RequestDraft
from portal.casework.policy import policy
from portal.foundation.access.row_security import system_scope
from portal.foundation.web.addresses import absolute_address

_BYTES = 32


def issue_link(purpose: str, subject: str, email: str) -> str:
    """The whole address of a new link; ``subject`` is the reference of a draft or a case.

    Called in the transaction of the change that the e-mail tells of. Only the token's hash is kept, so
    the database cannot give the link away again. Nobody sees the table but the portal itself.
    """
    token = secrets.token_urlsafe(_BYTES)
    with system_scope():
        EmailLink.objects.create(
            token_hash=hash_of(token),
            purpose=purpose,
            subject=subject,
            email=email.strip().lower(),
            expires_at=timezone.now() + timedelta(hours=policy().durations.link_hours),
        )
    return absolute_address("casework_links:follow", token=token)


def find_link(token: str, *, lock: bool = False) -> EmailLink | None:
    """The link that still works, or None: unknown and expired ones look the same. The caller has ``system_scope``."""
    links = EmailLink.objects.filter(token_hash=hash_of(token), expires_at__gt=timezone.now())
    return (links.select_for_update() if lock else links).first()


def leads_to_enquiry(link: EmailLink) -> bool:
    """Whether the draft or case of a link that was followed is an enquiry, which has pages of its own."""
    with system_scope():
        if link.purpose == "draft":
            return RequestDraft.objects.filter(reference=link.subject, journey="enquiry").exists()
        return Case.objects.filter(reference=link.subject, request=None).exists()


def hash_of(token: str) -> str:
    """What is stored of a token. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
