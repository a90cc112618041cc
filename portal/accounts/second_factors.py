"""Which second factors a person has, and which page asks for one."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.urls import reverse

# Recovery codes come with these and are no factor by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user_id: int) -> bool:
    """Whether the person has an authenticator app or a passkey; one query."""
    held: bool = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists()
    return held


def page_for_second_factor(user_id: int, way_back: str = "") -> str:
    """Where a person with one factor goes: to confirm the second, or to set one up when there is none.

    Somebody who has a factor must never get to the pages that add one with a password alone: that would
    be the way around it.
    """
    if not has_second_factor(user_id):
        return reverse("mfa_index")
    query = f"?{urlencode({'next': way_back})}" if way_back else ""
    return reverse("mfa_reauthenticate") + query
