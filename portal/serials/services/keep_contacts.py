"""Who must know when forms are missing: a list by area and role, kept by the operator (J7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.organisations.models import Organisation
from portal.serials.events import CONTACT_ADDED, CONTACT_ENDED
from portal.serials.models import AreaContact
from portal.serials.permissions import EDIT_CONTACTS


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """The command. ``area`` is a commissioner's code, '' for everywhere; ``role`` says what they are."""

    area: str
    role: str
    email: str
    name: str = ""


@service(EDIT_CONTACTS)
def add_contact(actor: Actor, command: NewContact) -> AreaContact:
    """Adds somebody who is told of every report in the area. Raises InvalidInput for an unknown area, or twice."""
    area = command.area.strip().upper()
    if area and not Organisation.objects.filter(code=area, kind="commissioner").exists():
        raise InvalidInput({"area": "There is no commissioner with this code. Look it up in the directory."})
    try:
        with transaction.atomic():
            contact: AreaContact = AreaContact.objects.create(
                area=area,
                role=command.role.strip(),
                name=command.name.strip(),
                email=command.email.strip().lower(),
                added_by_name=actor.name,
            )
    except IntegrityError as error:
        if "area_contact_once" not in str(error):
            raise
        raise InvalidInput({"email": "This address is told already."}) from error
    record(CONTACT_ADDED, actor=actor, subject=("area", area or "everywhere"), role=contact.role, area=area)
    return contact


@service(EDIT_CONTACTS)
def end_contact(actor: Actor, area: str, email: str) -> AreaContact:
    """Takes somebody off the list. Raises NotFound when they are not on it."""
    contact: AreaContact | None = (
        AreaContact.objects.select_for_update().filter(area=area, email=email, ended_at=None).first()
    )
    if contact is None:
        raise NotFound
    contact.ended_at = timezone.now()
    contact.save(update_fields=["ended_at"])
    record(CONTACT_ENDED, actor=actor, subject=("area", area or "everywhere"), role=contact.role, area=area)
    return contact
