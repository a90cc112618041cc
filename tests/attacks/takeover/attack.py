"""What a scripted takeover is, and the list of them all (trust 2.5).

An attack says who tries what, names its control, and how that control is switched off. ``test_takeover.py`` runs
each twice: as the portal is, it must fail; without its control it must SUCCEED, or it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction

from portal.foundation.errors import DomainError


@dataclass(frozen=True)
class Attack:
    """``attempt()`` returns whether the attacker got what they wanted; ``switch_off(patch)`` removes the control."""

    name: str
    control: str
    attempt: Callable[[], bool]
    switch_off: Callable[[pytest.MonkeyPatch], Any]


ATTACKS: dict[str, Attack] = {}
Attempt = Callable[[], bool]


def attack(control: str, off: Callable[[pytest.MonkeyPatch], Any]) -> Callable[[Attempt], Attempt]:
    """Registers a function as the attempt of an attack of its name; ``control`` says in words what stops it."""

    def register(attempt: Attempt) -> Attempt:
        assert attempt.__name__ not in ATTACKS, "two attacks of one name"
        ATTACKS[attempt.__name__] = Attack(attempt.__name__, control, attempt, off)
        return attempt

    return register


def goes_through(action: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Whether the service does it; what a refusal left behind is undone, as the request's transaction would be."""
    try:
        with transaction.atomic():
            action(*arguments, **named)
    except DomainError:
        return False
    return True


def does_nothing(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Switches off the functions at these dotted names: they return None and check nothing."""
    return answers(None, *names)


def answers(value: Any, *names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Lets the functions at these dotted names return ``value``, whatever they are asked."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for name in names:
            patch.setattr(name, lambda *arguments, **named: value)

    return off


def both(*offs: Callable[[pytest.MonkeyPatch], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    """Several controls together: where a second wall stands behind the first."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for each in offs:
            each(patch)

    return off


def without_constraints(table: str, *names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Drops constraints, or unique indexes, of the database for this test's transaction."""

    def off(patch: pytest.MonkeyPatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            for name in names:
                cursor.execute(f'alter table "{table}" drop constraint if exists "{name}"')
                cursor.execute(f'drop index if exists "{name}"')

    return off


def without_triggers(table: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Switches the table's own triggers off for this test's transaction."""

    def off(patch: pytest.MonkeyPatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute(f'alter table "{table}" disable trigger user')

    return off
