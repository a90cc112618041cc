"""The register of everything that can be allowed.

Each app declares its own in ``permissions.py``; ``roles.py`` says which role grants which.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One thing somebody may be allowed to do. ``sentence`` completes "You may not ..."."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return self.code


REGISTER: dict[str, Permission] = {}


def permission(code: str, sentence: str) -> Permission:
    """Declares a permission. Raises ValueError when the code is taken: one code, one meaning."""
    if code in REGISTER:
        raise ValueError(f"The permission {code} is declared twice.")
    REGISTER[code] = Permission(code, sentence)
    return REGISTER[code]


# What every signed-in person may do to what is their own (sessions, choosing a site, own details).
OWN_ACCOUNT = permission("access.own_account", "use your own account")
