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
SIGNED_IN = event_type("accounts.signed_in", "{actor} signed in", public=False)
SIGN_IN_FAILED = event_type(
    "accounts.sign_in_failed", "Somebody gave a wrong {what} for {subject}", fields=("what",), public=False
)
PASSWORD_CHANGED = event_type("accounts.password_changed", "{actor} set a new password", public=False)
SECOND_FACTOR_ADDED = event_type(
    "accounts.second_factor_added", "{actor} added {factor}", fields=("factor",), public=False
)
SECOND_FACTOR_REMOVED = event_type(
    "accounts.second_factor_removed", "{actor} removed {factor}", fields=("factor",), public=False
)
SECOND_FACTORS_RESET = event_type(
    "accounts.second_factors_reset",
    "{actor} removed every second factor of {name}, who proved who they are: {checked}",
    fields=("name", "checked"),
    public=False,
)
INVITATION_SENT = event_type("accounts.invitation_sent", "{actor} invited {name} as {roles}", fields=("name", "roles"))
INVITATION_ACCEPTED = event_type(
    "accounts.invitation_accepted", "{name} accepted access to {organisation}", fields=("name", "organisation")
)
INVITATION_DECLINED = event_type("accounts.invitation_declined", "{name} declined the invitation", fields=("name",))
INVITATION_CANCELLED = event_type(
    "accounts.invitation_cancelled", "{actor} took back the invitation of {name}", fields=("name",)
)
ROLE_ENDED = event_type("accounts.role_ended", "{name} is no longer {role}", fields=("name", "role"))
ROLES_CHANGED = event_type(
    "accounts.roles_changed",
    "{actor} changed the roles of {name}: added {added}; ended {ended}",
    fields=("name", "added", "ended"),
)
END_DATE_SET = event_type("accounts.end_date_set", "{actor} set the last day of {name}: {day}", fields=("name", "day"))
MEMBERSHIP_REACTIVATED = event_type(
    "accounts.membership_reactivated", "{actor} reactivated the access of {name}", fields=("name",)
)
MEMBERSHIP_REVIEWED = event_type(
    "accounts.membership_reviewed", "{actor} confirmed that {name} still needs access", fields=("name",)
)
QUARANTINE_STARTED = event_type(
    "accounts.quarantine_started", "No numbered forms can be ordered until {until}", fields=("until",)
)
SITE_ACCESS_ENDED = event_type(
    "accounts.site_access_ended", "{actor} ended the access of {number} people to {name}", fields=("number", "name")
)
REVIEW_REMINDED = event_type(
    "accounts.review_reminded", "{actor} reminded of the review of {number} people", fields=("number",), public=False
)
RECORD_CHECKED = event_type(
    "accounts.record_checked",
    "{actor} checked {rows} rows and {seals} seals of the record: {problems} are not as written",
    fields=("rows", "seals", "problems", "kept", "named"),
    public=False,
)
ATTEMPTS_REPORTED = event_type(
    "accounts.attempts_reported",
    "{actor} told the Service Managers of {number} refused attempts",
    fields=("number", "newest"),
    public=False,
)
