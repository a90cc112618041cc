"""An authenticator app for a person in a test, and the code it shows."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from portal.accounts.models import User


def give_second_factor(user: User) -> None:
    """Sets an app up."""
    TOTP.activate(user, generate_totp_secret())


def current_code(user: User) -> str:
    """What the app shows now."""
    secret = decrypt(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
