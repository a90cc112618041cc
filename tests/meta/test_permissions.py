"""A permission that is declared is granted by a role and enforced somewhere; roles name only real ones."""

from __future__ import annotations

from portal.foundation.access.permissions import REGISTER
from portal.foundation.access.roles import ROLES
from tests.meta.source import PORTAL, constants_of, modules, short, users_of


def test_every_permission_is_granted_by_a_role() -> None:
    granted = frozenset().union(*(role.allows for role in ROLES.values()))
    assert set(REGISTER) - granted == set()


def test_roles_grant_only_permissions_that_exist() -> None:
    granted = frozenset().union(*(role.allows for role in ROLES.values()))
    assert granted - set(REGISTER) == set()


def test_roles_are_granted_by_roles_that_exist() -> None:
    assert {code for role in ROLES.values() for code in role.granted_by} - set(ROLES) == set()


def test_every_permission_is_used_outside_its_declaration() -> None:
    idle = []
    for path in modules():
        if path.name == "permissions.py" and path.is_relative_to(PORTAL):
            idle += [
                f"{short(path)}: {name}"
                for name in constants_of(path, "permission")
                if not users_of(name, besides=path)
            ]
    assert idle == []


def test_no_role_code_is_a_superuser() -> None:
    everything = set(REGISTER)
    assert [role.code for role in ROLES.values() if role.allows >= everything] == []
