"""Importing one file of registration events, each event in a transaction of its own (J28)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.records.registrations.events import FILE_BEGUN, FILE_IMPORTED, PLACE_REJECTED
from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.models import RegistrationImport, RejectedTransaction
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.services.take_registration import take_registration

_LONGEST_NAME = 200
_NUMBER = re.compile(r"\d[\d -]{8,}\d")


@dataclass
class FileOutcome:
    """What one file did: each transaction with its effect, in order, and each place that was rejected."""

    file: str
    transactions: list[dict[str, str]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Exactly what ``--json`` promises for one file."""
        return {
            "file": self.file,
            "transactions": self.transactions,
            "rejected": [each.as_json() for each in self.rejected],
        }


def import_registrations(
    actor: Actor, name: str, found: Iterable[Registration | Rejection], *, practices: dict[str, str] | None = None
) -> FileOutcome:
    """Takes every event in order and keeps what was rejected, each in its own transaction. Raises Refused.

    One that cannot be taken leaves the others alone; a file that is imported again after an interruption goes on
    where it stopped, because what is here already changes nothing. ``practices`` maps local codes to ODS codes.
    """
    actor.require(IMPORT_REGISTRATIONS)
    outcome = FileOutcome(file=name)
    run = begin_import(actor, name)
    for each in found:
        rejection = each if isinstance(each, Rejection) else _take(actor, each, run, outcome, practices or {})
        if rejection is not None:
            outcome.rejected.append(rejection)
            keep_rejection(actor, run, rejection)
    finish_import(actor, run, outcome)
    return outcome


def _take(
    actor: Actor, event: Registration, run: RegistrationImport, outcome: FileOutcome, practices: dict[str, str]
) -> Rejection | None:
    if event.practice in practices:
        event = replace(event, practice=practices[event.practice])
    try:
        taken = take_registration(actor, event, came_with=run)
    except InvalidInput as error:
        return Rejection(event.position, error.sentence)
    outcome.transactions.append({"kind": event.kind, "reference": event.reference, "effect": taken.effect})
    return None


@service(IMPORT_REGISTRATIONS)
def begin_import(actor: Actor, name: str) -> RegistrationImport:
    """Enters a file that is about to be read. Its name is kept without digits that could be a patient's number."""
    with system_scope():
        run = RegistrationImport.objects.create(
            file_name=_NUMBER.sub("(number)", name)[:_LONGEST_NAME], actor_user_id=actor.user_id, actor_name=actor.name
        )
        record(FILE_BEGUN, actor=actor, subject=run)
        return run


@service(IMPORT_REGISTRATIONS)
def keep_rejection(actor: Actor, run: RegistrationImport, rejection: Rejection) -> None:
    """Keeps one place that could not be taken, for the page of the import."""
    with system_scope():
        RejectedTransaction.objects.create(source=run, position=rejection.position, reason=rejection.reason)
        RegistrationImport.objects.filter(id=run.id).update(rejected=F("rejected") + 1)
        record(PLACE_REJECTED, actor=actor, subject=run, position=rejection.position, reason=rejection.reason)


@service(IMPORT_REGISTRATIONS)
def finish_import(actor: Actor, run: RegistrationImport, outcome: FileOutcome) -> None:
    """Enters that a file has been read to its end, and its counts."""
    repeated = sum(each["effect"] == "already_imported" for each in outcome.transactions)
    counts = {
        "taken": len(outcome.transactions) - repeated,
        "repeated": repeated,
        "rejected": len(outcome.rejected),
    }
    with system_scope():
        RegistrationImport.objects.filter(id=run.id).update(finished_at=timezone.now(), **counts)
        record(FILE_IMPORTED, actor=actor, subject=run, **counts)
