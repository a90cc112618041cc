"""What can happen to people and their memberships."""

from portal.foundation.audit import event_type

USER_ADDED = event_type("accounts.user_added", "{actor} added {name}", fields=("name",), public=False)
MEMBERSHIP_GRANTED = event_type(
    "accounts.membership_granted",
    "{actor} gave {name} access to {organisation} as {roles}",
    fields=("name", "organisation", "roles"),
)
MEMBERSHIP_ENDED = event_type(
    "accounts.membership_ended",
    "{actor} ended the access of {name} to {organisation}",
    fields=("name", "organisation"),
)
