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

from portal.accounts.attempts import refused_attempts
from portal.accounts.permissions import WATCH_ATTEMPTS
from portal.accounts.services.report_attempts import report_attempts
from portal.casework.models import Case, EmailReceived
from portal.foundation.access import Actor, system_actor
from portal.foundation.access.events import ATTEMPT_REFUSED
from portal.foundation.access.permissions import Permission
from portal.foundation.access.refusals import keep_attempt, note_attempt
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import DomainError, Refused
from portal.foundation.outbox.models import OutboxMessage

MANAGER = "manager@example.org"


@dataclass(frozen=True)
class Attack:
    """``attempt()`` returns whether the attacker got what they wanted; ``switch_off(patch)`` removes the control.

    ``leaves`` finds what the failed attempt leaves behind for somebody who can act, and fails without it.
    """

    name: str
    control: str
    attempt: Callable[[], bool]
    switch_off: Callable[[pytest.MonkeyPatch], Any]
    leaves: Callable[[], None]


ATTACKS: dict[str, Attack] = {}
Attempt = Callable[[], bool]


def attack(
    control: str, off: Callable[[pytest.MonkeyPatch], Any], *, leaves: Callable[[], None] | None = None
) -> Callable[[Attempt], Attempt]:
    """Registers a function as the attempt of an attack of its name; ``control`` says in words what stops it."""

    def register(attempt: Attempt) -> Attempt:
        assert attempt.__name__ not in ATTACKS, "two attacks of one name"
        ATTACKS[attempt.__name__] = Attack(attempt.__name__, control, attempt, off, leaves or a_refusal)
        return attempt

    return register


def a_refusal() -> None:
    """An event that says who tried what, and a mail about it to the Service Manager."""
    last = AuditEvent.objects.filter(type=ATTEMPT_REFUSED.code).latest("id")
    assert report_attempts(system_actor("The portal", WATCH_ATTEMPTS)) > 0
    told = OutboxMessage.objects.get(kind="accounts.attempts_refused")
    assert told.recipients == [MANAGER]
    assert last.payload["why"] in told.body


def a_line_on_the_page_of_attempts() -> None:
    """The event alone: too many of these are mistakes to write to somebody about each."""
    found = refused_attempts(system_actor("The page", WATCH_ATTEMPTS), only_watched=False)
    assert found.latest("id").payload["why"]


def a_notice_to_those_on_file() -> None:
    """The case with its timeline, and a mail to those on file that leads to a page where they can stop it."""
    case = Case.objects.latest("id")
    assert AuditEvent.objects.about("case", case.reference).exists()  # type: ignore[attr-defined]
    assert "/link/" in OutboxMessage.objects.filter(kind="casework.somebody_asks").latest("id").body


def a_new_case() -> None:
    """The message, kept as it came, as a case of its own in the operator's queue."""
    assert EmailReceived.objects.latest("id").case_id == Case.objects.latest("id").id
    assert Case.objects.count() == 2


def only_the_web_servers_log() -> None:
    """Reading changes nothing, so a page that does not exist for somebody leaves a line in the log, and no event."""


def may(actor: Actor, permission: Permission) -> bool:
    """Whether a page with this permission lets the actor in; a refusal is kept as the base view keeps it."""
    try:
        actor.require(permission)
    except Refused as error:
        note_attempt(error, actor, permission)
        keep_attempt(error)
        return False
    return True


def goes_through(action: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Whether the service does it; what a refusal left behind is undone, and kept as the base view keeps it."""
    try:
        with transaction.atomic():
            action(*arguments, **named)
    except DomainError as error:
        keep_attempt(error)
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
