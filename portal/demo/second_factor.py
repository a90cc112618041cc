"""Second factors of the personas: real authenticators, whose codes the demonstration shows."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from portal.accounts.models import User


def give_second_factor(user: User) -> None:
    """Gives the user an authenticator app where there is none yet."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())


def current_code(user: User) -> str:
    """The code that the persona's authenticator app would show now; '' without one."""
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return ""
    secret = decrypt(authenticator.data["secret"])
    counter = int(time.time()) // 30
    return str(format_hotp_value(hotp_value(secret, counter)))
