"""What other apps may ask of accounts."""

from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.selectors import (
    Holder,
    appointment_of,
    emails_of,
    guarded_changes_since,
    holders_of,
    is_main_contact,
    is_member,
    main_contact_of,
    managers_of,
    organisations_with_people,
    password_link,
    somebody_else_may,
)
from portal.accounts.services.end_access import end_all_access
from portal.accounts.services.grant_membership import Person
from portal.accounts.services.invite_user import AppointMainContact, appoint_main_contact, cancel_appointment
from portal.accounts.services.quarantine import quarantine_secure_ordering
from portal.accounts.services.reset_second_factors import reset_second_factors

__all__ = [
    "GRANT_MEMBERSHIP",
    "AppointMainContact",
    "Holder",
    "Person",
    "appoint_main_contact",
    "appointment_of",
    "cancel_appointment",
    "emails_of",
    "end_all_access",
    "guarded_changes_since",
    "holders_of",
    "is_main_contact",
    "is_member",
    "main_contact_of",
    "managers_of",
    "organisations_with_people",
    "password_link",
    "quarantine_secure_ordering",
    "reset_second_factors",
    "somebody_else_may",
]
