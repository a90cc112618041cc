"""Ending everybody's access to a site that closes or becomes another (J17, J18; F8, F19)."""

from __future__ import annotations

from portal.accounts.events import SITE_ACCESS_ENDED
from portal.accounts.models import Invitation, Membership
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.grant_membership import end_membership
from portal.accounts.services.invite_user import take_back
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation


@service(GRANT_MEMBERSHIP)
def end_all_access(actor: Actor, organisation_code: str) -> int:
    """Ends every membership at the site, its Main Contact's too, and takes open invitations back; returns how many.

    Only for a site that closes: an approved request stands behind it. Other sites of the same people stay (F6).
    Raises NotFound for an unknown organisation.
    """
    site = Organisation.objects.select_for_update().filter(code=organisation_code).first()
    if site is None:
        raise NotFound(f"There is no organisation with the code {organisation_code}.")
    for invitation in Invitation.objects.select_for_update(of=("self",)).filter(organisation=site, state="waiting"):
        take_back(actor, invitation)
    references = Membership.objects.live().filter(organisation=site).values_list("reference", flat=True)  # type: ignore[attr-defined]
    ended = [end_membership(actor, reference) for reference in references.order_by("id")]
    if not ended:
        nothing_changed()
        return 0
    record(SITE_ACCESS_ENDED, actor=actor, subject=site, organisation_id=site.id, number=len(ended), name=site.name)
    return len(ended)
