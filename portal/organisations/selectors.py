"""Reads of the directory that other apps and pages need."""

from __future__ import annotations

from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation


def organisation_with_code(code: str) -> Organisation:
    """The organisation with this code, however it was typed; the parent comes with it. Raises NotFound."""
    found = Organisation.objects.filter(code=code.strip().upper()).select_related("parent").first()
    if found is None:
        raise NotFound(f"No organisation has the code {code}.")
    return found


def delivery_address(organisation: Organisation) -> list[str]:
    """Where goods for it are sent, line by line, name first: a copy to keep on the order.

    An order keeps these lines for good; a later move of the organisation must not rewrite them (hazard 7).
    """
    return [organisation.name, *organisation.address]
