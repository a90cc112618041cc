"""Letting somebody who lost every second factor set up a new one (trust note 2.5; here for the command line)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from portal.accounts.events import SECOND_FACTORS_RESET
from portal.accounts.messages import sign_in_changed
from portal.accounts.models import User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.foundation.outbox.queue import queue_email


@service(GRANT_MEMBERSHIP)
def reset_second_factors(actor: Actor, email: str, *, checked: str) -> User:
    """Removes every factor and recovery code of the person, ends their sessions, and tells them by e-mail.

    ``checked`` says how the person proved who they are; it is kept. The password stays, and the next sign-in
    sets up a new factor. Raises NotFound for an address that nobody has.
    """
    user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFound(f"Nobody has the e-mail address {email}.")
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    record(SECOND_FACTORS_RESET, actor=actor, subject=user, name=user.name, checked=checked)
    queue_email(sign_in_changed(user, "portal/second_factors_reset"))
    return user
