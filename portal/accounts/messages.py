"""The e-mails of accounts, in plain text with at most one link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, User
from portal.accounts.policy import access_policy
from portal.accounts.selectors import managers_of, password_link
from portal.foundation.access.roles import ROLES
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.organisations.models import Organisation

# What allauth says has changed, and how we say it.
CHANGES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "A new password was set with a link we sent you.",
    "account/email/password_set": "A password was set.",
    "mfa/email/totp_activated": "An authenticator app was added.",
    "mfa/email/totp_deactivated": "The authenticator app was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made. The old ones no longer work.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "portal/second_factors_reset": "Your second factors were removed, because somebody told us that they are lost.",
}


def password_reset(user: User) -> Email:
    """To somebody who asked to set a new password."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    return _email(user, "password_reset", "Set a new password", {"link": password_link(user), "days": days})


def sign_in_changed(user: User, change: str) -> Email:
    """To somebody whose way to sign in has changed; ``change`` is a key of ``CHANGES``. Has no link to follow."""
    context = {"change": CHANGES[change], "when": timezone.now()}
    return _email(user, "sign_in_changed", "Your sign-in details were changed", context)


def invited(invitation: Invitation, token: str) -> Email:
    """To somebody who is invited. The text is the same whether or not they have an account (J12)."""
    return text_email(
        "accounts.invited",
        [invitation.email],
        f"You are invited to {one_line(invitation.organisation.name)}",
        about=invitation.reference,
        name=invitation.name,
        inviter=invitation.invited_by_name,
        place=invitation.organisation.name,
        roles=[ROLES[code].label for code in invitation.roles],
        link=absolute_address("invitations:answer", token=token),
        until=invitation.expires_at,
    )


def main_contact_changed(membership: Membership, predecessor: Membership | None) -> list[Email]:
    """To the predecessor and to those who manage users: who is Main Contact now, and what to do if it is wrong."""
    told = {user.email for user in managers_of(membership.organisation_id)} - {membership.user.email}
    told |= {predecessor.user.email} if predecessor is not None else set()
    email = text_email(
        "accounts.main_contact_changed",
        [],
        f"{one_line(membership.organisation.name)} has another Main Contact",
        name=membership.user.name,
        place=membership.organisation.name,
        contact=absolute_address("home:contact"),
    )
    return [replace(email, recipients=[address]) for address in sorted(told)]


def review_is_due(person: User, site: Organisation, number: int) -> Email:
    """To somebody who manages users: that many people wait to be confirmed."""
    policy = access_policy()
    values = {
        "place": site.name,
        "number": number,
        "days": policy.review_reminder_days,
        "overdue": policy.review_overdue_days,
        "link": absolute_address("users:review", code=site.code),
    }
    return _email(person, "review_due", f"Who still needs access to {one_line(site.name)}?", values)


def attempts_were_refused(people: list[str], lines: list[str], more: int) -> list[Email]:
    """To the Service Managers: who tried what and was refused, the oldest first."""
    return [
        text_email(
            "accounts.attempts_refused",
            [email],
            "Attempts that were refused",
            lines=lines,
            more=more,
            link=absolute_address("staff_attempts:attempts"),
        )
        for email in people
    ]


def record_is_damaged(people: list[str], lines: list[str], more: int) -> list[Email]:
    """To the Service Managers: which rows of the record are not as they were written."""
    return [
        text_email("accounts.record_damaged", [email], "The record was changed", lines=lines, more=more)
        for email in people
    ]


def _email(user: User, kind: str, subject: str, context: dict[str, Any]) -> Email:
    return text_email(f"accounts.{kind}", [user.email], subject, **{"name": user.name, **context})
