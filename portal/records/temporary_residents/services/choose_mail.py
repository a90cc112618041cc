"""Somebody chooses whether an e-mail tells them of new forms at a site (J11)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import Refused
from portal.records.temporary_residents.events import MAIL_CHOSEN
from portal.records.temporary_residents.models import MailChoice
from portal.records.temporary_residents.permissions import HANDLE_FORMS


@service(HANDLE_FORMS)
def choose_mail(actor: Actor, *, wants_mail: bool) -> None:
    """Keeps the choice for this person at this site; the same choice again changes nothing."""
    if actor.user_id is None or actor.organisation_id is None:
        raise Refused("Only a person at a site can choose its e-mails.")
    choice, is_new = MailChoice.objects.select_for_update().get_or_create(
        organisation_id=actor.organisation_id, user_id=actor.user_id
    )
    if choice.wants_mail == wants_mail and not is_new:
        nothing_changed()
        return
    choice.wants_mail, choice.chosen_at = wants_mail, timezone.now()
    choice.save()
    record(
        MAIL_CHOSEN,
        actor=actor,
        subject=("organisation", actor.organisation_code),
        choice="yes" if wants_mail else "no",
    )
