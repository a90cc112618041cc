"""What allauth asks of us: no public sign-up, our own words, and second factors stored encrypted."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.messages import ERROR
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.messages import CHANGES, password_reset, sign_in_changed
from portal.accounts.models import User
from portal.accounts.second_factors import has_second_factor
from portal.accounts.security_events import record_failed_sign_in
from portal.foundation.outbox.queue import queue_email

_WRONG_CODE = "That code is wrong, or it was used already. Enter the code that your app shows now."
_SAID_AFTERWARDS = {
    "account/messages/password_changed.txt": "Your password is changed. Sign in with the new one.",
    "account/messages/password_set.txt": "Your password is set. Sign in with it.",
    "mfa/messages/totp_activated.txt": "Your authenticator app is set up.",
    "mfa/messages/totp_deactivated.txt": "Your authenticator app is removed.",
    "mfa/messages/recovery_codes_generated.txt": "You have new recovery codes.",
    "mfa/messages/webauthn_added.txt": "Your passkey is added.",
    "mfa/messages/webauthn_removed.txt": "The passkey is removed.",
    "usersessions/messages/sessions_logged_out.txt": "You are signed out everywhere else.",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; nobody signs up by themselves."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is wrong. Check both and try again.",
        "enter_current_password": "That is not your password. Type the one you use now.",
        "incorrect_password": "That is not your password. Type it again.",
        "too_many_login_attempts": (
            "There were too many tries. Wait five minutes; after many wrong tries, an hour."
            " You can also sign in with a passkey, or set a new password."
        ),
        "rate_limited": "There were too many tries. Wait an hour, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not while the last proof in this session, signing in included, is fresh: nobody is asked twice in a row."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0)
        return time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Whoever has a second factor confirms with it: a stolen password must not be enough to replace it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not has_second_factor(user.pk):
            return methods
        return [method for method in methods if method["id"] != "reauthenticate"]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Keeps what the next account page has to say, in our words; the rest would only fill the session."""
        said = _SAID_AFTERWARDS.get(message_template or "", message if level >= ERROR else None)
        if said:
            super().add_message(request, level, message=said, extra_tags=extra_tags)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To sign in: a new password ends every session, this one included."""
        return reverse(settings.LOGIN_URL)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, with the portal's own address and not the one the request names."""
        with transaction.atomic():
            queue_email(password_reset(user))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells people what changed about how they sign in, so that a thief cannot do it unseen (ASVS 6.3.7)."""
        if template_prefix in CHANGES:
            with transaction.atomic():
                queue_email(sign_in_changed(user, template_prefix))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password leaves an event."""
        record_failed_sign_in(str(credentials.get("email", "")), "password")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Who is being guessed. allauth adds the host and port of the request, which the guesser chooses."""
        return str(credentials.get("email", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps authenticator secrets and recovery seeds encrypted; allauth's own keep them in clear."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new passkey is called until its owner finds a better name: Passkey 2."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """Encrypts with the newest key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypts with any key still in use, so that keys can be changed without losing a factor."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key for this purpose alone, made from the signing key."""
    digest = hashlib.scrypt(key.encode(), salt=b"portal second factor", n=2, r=8, p=1, dklen=32)
    return base64.urlsafe_b64encode(digest)
