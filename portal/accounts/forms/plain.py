"""allauth's forms in our words, and without placeholders, which vanish when one begins to type."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.validators import MaxLengthValidator

LONGEST = 256  # characters; ASVS 6.2.9 wants at least 64 for a password, and nobody hashes a whole book
_LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "The password you use now",
    "password1": "New password",
    "password2": "New password again",
    "name": "Name of the passkey",
    "passwordless": "Sign in with it alone",
}
_HINTS = {
    "password": "",  # allauth's link to reset it; the page has its own
    "password1": "",  # the pages say what makes a good one
    "passwordless": "You then need no password. Your device asks for your fingerprint, face or PIN.",
}


class InPlainWords(forms.Form):
    """Mixed into a form of allauth. Also ends its texts at ``LONGEST``, where allauth sets no limit.

    The field has no ``maxlength`` in HTML: a browser would cut a pasted password without a word.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HINTS.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)
            if (
                isinstance(field, forms.CharField)
                and field.max_length is None
                and not isinstance(field, forms.JSONField)
            ):
                field.max_length = LONGEST
                field.validators = [*field.validators, MaxLengthValidator(LONGEST)]


class LoginForm(InPlainWords, account_forms.LoginForm):
    """E-mail address and password."""


class ResetPasswordForm(InPlainWords, account_forms.ResetPasswordForm):
    """The address to send a link to."""


class ResetPasswordKeyForm(InPlainWords, account_forms.ResetPasswordKeyForm):
    """The new password, after following the link."""


class ChangePasswordForm(InPlainWords, account_forms.ChangePasswordForm):
    """The old and the new password."""


class SetPasswordForm(InPlainWords, account_forms.SetPasswordForm):
    """A first password."""


class ReauthenticateForm(InPlainWords, account_forms.ReauthenticateForm):
    """The password once more."""


class AddWebAuthnForm(InPlainWords, passkey_forms.AddWebAuthnForm):
    """A passkey's name, and whether it is enough by itself."""


class EditWebAuthnForm(InPlainWords, passkey_forms.EditWebAuthnForm):
    """A passkey's name."""
