"""Which practices can have a form: open ones of the directory where somebody uses the portal."""

from __future__ import annotations

from portal.accounts.api import emails_of
from portal.foundation.errors import InvalidInput
from portal.organisations.api import Organisation
from portal.records.temporary_residents.permissions import HANDLE_FORMS

_NO_PRACTICE = "Enter the ODS code of a GP practice that is open, such as A81001."


def is_open(practice: Organisation) -> bool:
    """Whether it is a GP practice that has not closed, as the directory says."""
    return practice.contractor_type == "gp" and practice.status == "active" and not practice.closing_date_has_passed


def can_receive(practice: Organisation) -> bool:
    """Whether it is open and somebody there would see the form. The caller may see every row."""
    return is_open(practice) and bool(emails_of(HANDLE_FORMS, organisation_id=practice.id))


def practice_named(code: str, *, field: str = "practice") -> Organisation:
    """The open GP practice with this code, however it was typed. Raises InvalidInput."""
    found = Organisation.objects.filter(code=code.strip().upper()).first()
    if found is None or not is_open(found):
        raise InvalidInput({field: _NO_PRACTICE})
    return found
