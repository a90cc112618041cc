"""The nightly check of the record: what is found is told to the Service Managers, and that it ran is recorded (I13)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from portal.accounts.events import RECORD_CHECKED
from portal.accounts.messages import record_is_damaged
from portal.accounts.permissions import CHECK_RECORD
from portal.accounts.selectors import holders_of
from portal.foundation.access import Actor, service, system_actor
from portal.foundation.audit import record
from portal.foundation.audit.verifying import Verification
from portal.foundation.outbox.queue import queue_emails

_MOST_LINES = 20


@dataclass
class Checked:
    """How a check went: ``lines`` are the first problems, ``problems`` is the number of all."""

    rows: int = 0
    seals: int = 0
    kept: int = 0
    problems: int = 0
    lines: list[str] = field(default_factory=list)


def check_and_report() -> Checked:
    """What the worker does once a day. The check reads for as long as it takes, in no transaction of this one's."""
    verification, checked = Verification(), Checked()
    for problem in verification.problems():
        checked.problems += 1
        if len(checked.lines) < _MOST_LINES:
            checked.lines.append(str(problem))
    checked.rows, checked.seals = sum(verification.rows.values()), verification.seals
    checked.kept = verification.anchors
    report_check(system_actor("The portal", CHECK_RECORD), checked)
    return checked


@service(CHECK_RECORD)
def report_check(actor: Actor, checked: Checked) -> None:
    """Records that the check ran and what it found, and writes to the Service Managers when it found something."""
    if checked.problems:
        holders = holders_of(CHECK_RECORD, organisation_code=settings.OPERATOR_CODE)
        people = [each.email for each in holders]
        queue_emails(record_is_damaged(people, checked.lines, checked.problems - len(checked.lines)))
    record(
        RECORD_CHECKED,
        actor=actor,
        subject=("record", "check"),
        rows=checked.rows,
        seals=checked.seals,
        kept=checked.kept,
        problems=checked.problems,
        named=checked.lines,
    )
