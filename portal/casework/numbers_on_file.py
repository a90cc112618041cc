"""The telephone numbers that may be called to verify a request: those we held before it came (J21, trust 2.5).

Whoever asks for a change could give a number of their own, so a number from a request is never one of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.casework.models import ChangeRequest, VerifiedContact
from portal.casework.models.proof import NUMBER_SOURCES
from portal.casework.people_on_file import organisations_concerned
from portal.casework.policy import policy
from portal.foundation.web.filters import day
from portal.organisations.api import Organisation, earlier_telephones


@dataclass(frozen=True, kw_only=True)
class NumberOnFile:
    """One number that may be called. ``key`` names it in a form; ``warning`` says why it does not count alone."""

    key: str
    source: str
    number: str
    whose: str
    since: date | None
    warning: str = ""

    @property
    def said_since(self) -> str:
        """How long we have held it, in words."""
        held = f"On file since {day(self.since)}." if self.since is not None else "On file as long as we know the site."
        return f"{NUMBER_SOURCES[self.source]}. {held}"

    @property
    def settled(self) -> bool:
        """Whether a call to it counts: it has been on file long enough."""
        return not self.warning


def numbers_on_file(request: ChangeRequest) -> list[NumberOnFile]:
    """The numbers for this request: of the organisation, of a branch's main practice, of contacts verified earlier.

    For a site that the directory does not know yet there may be none: then the directory must know it first.
    """
    found = []
    for organisation in organisations_concerned(request):
        if organisation.telephone.strip():
            found.append(_of_directory(organisation))
        contacts = VerifiedContact.objects.filter(organisation=organisation).exclude(case_id=request.case_id)
        found += [_of_contact(organisation, contact) for contact in contacts.order_by("-verified_at")[:5]]
    return found


def _of_directory(organisation: Organisation) -> NumberOnFile:
    earlier = earlier_telephones(organisation)
    changed = [each for each in earlier if _digits(each.telephone) != _digits(organisation.telephone)]
    since = changed[0].valid_to if changed else None  # None: as long as we have known the organisation
    settled_by = timezone.localdate() - timedelta(days=policy().durations.number_settled_days)
    warning = ""
    if since is not None and since > settled_by:
        warning = (
            f"This number is new since {day(since)}; before it was {changed[0].telephone}."
            " A call to it does not count. Call another number on file, or ask the practice by letter."
        )
    return NumberOnFile(
        key=f"directory:{organisation.code}",
        source="directory",
        number=organisation.telephone.strip(),
        whose=f"{organisation.name} ({organisation.code})",
        since=since,
        warning=warning,
    )


def _of_contact(organisation: Organisation, contact: VerifiedContact) -> NumberOnFile:
    verified = timezone.localdate(contact.verified_at)
    settled_by = timezone.localdate() - timedelta(days=policy().durations.number_settled_days)
    young = "This contact was verified only lately. A call to it does not count." if verified > settled_by else ""
    return NumberOnFile(
        key=f"verified_contact:{contact.pk}",
        source="verified_contact",
        number=contact.telephone,
        whose=f"{contact.name}, {contact.position or 'contact'} at {organisation.name}",
        since=verified,
        warning=young,
    )


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)
