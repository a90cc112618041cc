"""Who an address belongs to, as far as we know; and whether a case knows it. The address may still be forged."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone

from portal.accounts.api import emails_of
from portal.accounts.models import Membership
from portal.casework.mail_in.message import Envelope, Ourselves
from portal.casework.models import Case, EmailLink, EmailReceived
from portal.casework.permissions import VIEW_OWN_CASES
from portal.foundation.outbox.models import OutboxMessage

_NO_CONTRACTORS = ("operator", "commissioner")
_MOST_MERGERS = 10


def ourselves() -> Ourselves:
    """The address that our e-mails come from."""
    return Ourselves(address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower())


def organisation_id_of(address: str) -> int | None:
    """The contractor at which the address has its only live membership; None for none, and for several."""
    memberships = Membership.objects.live().filter(user__email__iexact=address)  # type: ignore[attr-defined]
    places = list(memberships.values_list("organisation_id", "organisation__kind")[:2])
    if len(places) != 1 or places[0][1] in _NO_CONTRACTORS:
        return None
    return int(places[0][0])


def is_known_to(case: Case, address: str) -> bool:
    """Whether the address is one that may read the case: its organisation's people, or who asked without account.

    Somebody who opened it and has left the organisation is not. Those who were only told of a change, the
    commissioner and the staff are not either: they have pages of their own, where they prove who they are.
    """
    if case.organisation_id is not None:
        if address in map(str.lower, emails_of(VIEW_OWN_CASES, organisation_id=case.organisation_id)):
            return True
        people = Membership.objects.live().filter(organisation_id=case.organisation_id)  # type: ignore[attr-defined]
        still_there = bool(people.filter(user__email__iexact=address).exists())
        return still_there and case.opened_by_email.lower() == address
    if case.opened_by_email.lower() == address:
        return True
    links = EmailLink.objects.filter(purpose="case", subject=case.reference, email__iexact=address)
    return links.filter(used_at__isnull=False).exists()


def case_meant(envelope: Envelope, named: str) -> Case | None:
    """The case the e-mail is about: that of our e-mail it answers, else the one it names; None when there is none.

    A case that was merged leads to the one it was merged into. The caller has ``system_scope``.
    """
    ours = OutboxMessage.objects.filter(message_id__in=[f"<{each}>" for each in envelope.references])
    answered = ours.exclude(about="").order_by("-id").values_list("about", flat=True).first()
    cases = {case.reference: case for case in Case.objects.filter(reference__in=[answered or "", named])}
    case = cases.get(answered or "") or cases.get(named)
    for _ in range(_MOST_MERGERS):
        if case is None or case.merged_into is None:
            break
        case = case.merged_into
    return case


def acknowledged_today(address: str) -> int:
    """How many e-mails of the address were answered since the day began."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return EmailReceived.objects.filter(sender=address, acknowledged=True, received_at__gte=midnight).count()
