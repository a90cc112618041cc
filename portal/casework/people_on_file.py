"""Whom we have on file for an organisation: they hear of every request to change it (J21, trust 2.5)."""

from __future__ import annotations

from portal.accounts.api import managers_of
from portal.casework.models import ChangeRequest
from portal.organisations.api import Organisation

# Which answers name a further place that the change touches: it hears of it, and can stop it, too.
_ALSO_NAMED = {"extend_main_contact": "practice_code", "new_site": "other_code", "closure": "successor_code"}


def organisations_concerned(request: ChangeRequest) -> list[Organisation]:
    """The organisation that would change, for a branch also its main practice, and every place the request names.

    A practice that would become another's branch is asked as much as the one that asks for it (F19).
    """
    found = {request.organisation.id: request.organisation} if request.organisation is not None else {}
    if request.organisation is not None and request.organisation.parent is not None:
        found[request.organisation.parent.id] = request.organisation.parent
    for other in Organisation.objects.filter(code__in=_codes_named(request)).order_by("code"):
        found.setdefault(other.id, other)
    return list(found.values())


def _codes_named(request: ChangeRequest) -> list[str]:
    rows = request.answers.get("merging", [])
    named = [row.get("code", "") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    named.append(request.answers.get(_ALSO_NAMED.get(request.kind, ""), ""))
    return [code.strip().upper() for code in named if isinstance(code, str) and code.strip()]


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
