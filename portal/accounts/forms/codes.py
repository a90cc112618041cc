"""A code of an authenticator app works once, for as long as it could work (ASVS 6.5.1).

allauth remembers a used code for one period of 30 seconds. With MFA_TOTP_TOLERANCE the same code is right
for three, so somebody who looked over a shoulder could use it again in the second half minute.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateForm
from django.core.cache import cache

from portal.accounts.forms.plain import InPlainWords

_SPARE_SECONDS = 10  # the cache counts whole seconds, and clocks of several machines differ a little


class _Once(InPlainWords):
    """Mixed into allauth's forms: refuses a code that this person gave before, whichever page took it."""

    user: Any

    def clean_code(self) -> str:
        """The code, which is used up now. Wrong codes are not kept, or guessing could use up the right one."""
        typed = normalize_user_code(self.cleaned_data["code"])
        key = f"portal.code_used?user={self.user.pk}&code={hashlib.sha256(typed.encode()).hexdigest()}"
        if cache.get(key):
            raise get_adapter().validation_error("incorrect_code")
        code: str = super().clean_code()  # type: ignore[misc]
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        cache.set(key, True, timeout=periods * app_settings.TOTP_PERIOD + _SPARE_SECONDS)
        return code


class AuthenticateForm(_Once, BaseAuthenticateForm):
    """The code when signing in."""


class ReauthenticateForm(_Once, BaseReauthenticateForm):
    """The code when something needs a fresh one."""


class ActivateTOTPForm(_Once, BaseActivateForm):
    """The first code of a new app."""
