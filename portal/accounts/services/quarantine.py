"""Some days without numbered forms after a change that a thief could have brought about (trust 2.5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portal.accounts.events import QUARANTINE_STARTED
from portal.accounts.models import Membership, SecureQuarantine
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.policy import access_policy
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation


@service(GRANT_MEMBERSHIP)
def quarantine_secure_ordering(
    actor: Actor, organisation_code: str, *, because: str, case_reference: str, until: datetime | None = None
) -> SecureQuarantine:
    """Nobody at the site orders numbered forms until then (``access.toml`` says how long where ``until`` is None).

    Twice for the same case and reason gives the one that is there. Raises NotFound for an unknown organisation.
    """
    site = Organisation.objects.select_for_update().filter(code=organisation_code).first()
    if site is None:
        raise NotFound(f"There is no organisation with the code {organisation_code}.")
    earlier: SecureQuarantine | None = SecureQuarantine.objects.filter(
        organisation=site, membership=None, because=because, case_reference=case_reference
    ).first()
    if earlier is not None:
        nothing_changed()
        return earlier
    ends = until or timezone.now() + timedelta(days=access_policy().quarantine_days)
    return begin_quarantine(actor, site, until=ends, because=because, case_reference=case_reference)


def begin_quarantine(
    actor: Actor,
    site: Organisation,
    *,
    until: datetime,
    because: str,
    case_reference: str,
    membership: Membership | None = None,
) -> SecureQuarantine:
    """Writes it, with its event, for the whole site or one membership. For services of this app."""
    quarantine: SecureQuarantine = SecureQuarantine.objects.create(
        organisation=site, membership=membership, until=until, because=because, case_reference=case_reference
    )
    record(
        QUARANTINE_STARTED,
        actor=actor,
        subject=membership or site,
        organisation_id=site.id,
        until=until.isoformat(),
    )
    return quarantine
