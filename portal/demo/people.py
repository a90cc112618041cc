"""The personas' users."""

from __future__ import annotations

from portal.accounts.models import User
from portal.demo.personas import Persona


def user_of(persona: Persona) -> User:
    """The persona's user, which ``load_demo`` made."""
    return User.objects.get_by_natural_key(persona.email)
