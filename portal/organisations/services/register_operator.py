"""The operator's own place in the directory."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.organisations.events import OPERATOR_REGISTERED
from portal.organisations.models import Organisation
from portal.organisations.permissions import IMPORT_DIRECTORY


@dataclass(frozen=True, kw_only=True)
class RegisterOperator:
    """What is known of the operator; its code is the setting OPERATOR_CODE."""

    name: str
    address_lines: tuple[str, ...] = ()
    postcode: str = ""
    telephone: str = ""
    email: str = ""


@service(IMPORT_DIRECTORY)
def register_operator(actor: Actor, command: RegisterOperator) -> Organisation:
    """Enters the operator in the directory; an operator that is there already stays as it is.

    No ODS file lists the body that runs a portal, yet its staff's memberships need an organisation.
    """
    organisation, is_new = Organisation.objects.get_or_create(
        code=settings.OPERATOR_CODE,
        defaults={
            "name": command.name,
            "kind": "operator",
            "status": "active",
            "address_lines": list(command.address_lines),
            "postcode": command.postcode,
            "telephone": command.telephone,
            "email": command.email,
        },
    )
    if is_new:
        record(
            OPERATOR_REGISTERED, actor=actor, subject=organisation, organisation_id=organisation.id, name=command.name
        )
    else:
        nothing_changed()
    return organisation
