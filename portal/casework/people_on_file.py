"""Whom we have on file for an organisation: they hear of every request to change it (J21, trust 2.5)."""

from __future__ import annotations

from portal.accounts.api import managers_of
from portal.casework.models import ChangeRequest
from portal.organisations.api import Organisation


def organisations_concerned(request: ChangeRequest) -> list[Organisation]:
    """The organisation that would change; for a branch also its main practice."""
    organisation = request.organisation
    if organisation is None:
        return []
    return [organisation, *([organisation.parent] if organisation.parent is not None else [])]


def addresses_on_file(request: ChangeRequest) -> list[str]:
    """The e-mail addresses of the Main Contact and deputies, and the organisation's own in the directory.

    Never one that stands in the request: whoever asks could otherwise have the warning sent to themselves.
    """
    addresses: dict[str, None] = {}
    for organisation in organisations_concerned(request):
        for person in managers_of(organisation.id):
            addresses[person.email.lower()] = None
        if organisation.email:
            addresses[organisation.email.strip().lower()] = None
    return list(addresses)
