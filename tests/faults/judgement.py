"""What the portal must know after the faults: everything that it acknowledged, once, and nothing broken."""

from __future__ import annotations

import json

from tests.faults.ledger import Ledger
from tests.faults.mail_server import MailServer
from tests.faults.running import RunningPortal, wait_for

_MAIL_WAIT = 120.0  # seconds: a lease of a worker that died runs out after 60


def what_was_lost(portal: RunningPortal, ledger: Ledger) -> list[str]:
    """Sentences about what was acknowledged and is not there, or is there twice; none when all is well."""
    return [*ledger.wrong, *_orders(portal, ledger), *_scans(portal, ledger), *_promises(portal)]


def _orders(portal: RunningPortal, ledger: Ledger) -> list[str]:
    known = {str(submission): reference for submission, reference in portal.query(
        "select submission, reference from supplies_order"
    )}  # fmt: skip
    problems = [
        f"order {reference} was shown to a clerk; the portal knows {known.get(submission)}"
        for submission, reference in ledger.orders.items()
        if known.get(submission) != reference
    ]
    # Every clerk asked until an order was shown, so there is none that nobody was shown.
    problems += [f"order {known[each]} was shown to nobody" for each in known.keys() - ledger.orders.keys()]
    told = portal.query(
        "select subject_reference, count(*) from audit_auditevent where type = 'supplies.order_placed'"
        " group by 1 having count(*) > 1"
    )
    return problems + [f"order {subject} is {times} times on the record" for subject, times in told]


def _scans(portal: RunningPortal, ledger: Ledger) -> list[str]:
    # The portal keeps a scan's key behind the name of its machine.
    known = dict(portal.query("select split_part(key, ' ', 2), outcome from records_scan"))
    problems = [
        f"scan {key} was answered {outcome!r}; the portal knows {known.get(key)!r}"
        for key, outcome in ledger.scans.items()
        if key not in known
    ]
    problems += [f"scan {each} was answered to nobody" for each in known.keys() - ledger.scans.keys()]
    links = portal.query(
        "select part_id, scan_key from records_custodyevent where scan_key <> '' group by 1, 2 having count(*) > 1"
    )
    return problems + [f"scan {key} moved part {part} twice" for part, key in links]


def _promises(portal: RunningPortal) -> list[str]:
    found = []
    try:
        portal.operate("check_invariants", "--json")
    except AssertionError as error:
        found.append(f"not every invariant holds: {error}")
    try:
        portal.operate("verify_audit", "--json")
    except AssertionError as error:
        found.append(f"the record is not what was written: {error}")
    for name in ("web", "worker"):
        found += [f"{name}: {line}" for line in portal.log(name).splitlines() if _is_a_defect(line)]
    return found


def _is_a_defect(line: str) -> bool:
    """Whether a line of a log tells of an error that is not the database's absence."""
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    text = str(entry.get("exception", "")) + str(entry.get("message", ""))
    away = (
        "OperationalError",
        "InterfaceError",
        "PoolTimeout",
        "the database does not answer",
        "Service Unavailable",  # Django's line about a 503, which is answered for nothing else
        "some rows of a task failed",  # whose connection broke: the line before has the trace
    )
    return entry.get("level") in {"ERROR", "CRITICAL"} and not any(each in text for each in away)


def states_of_mail(portal: RunningPortal) -> set[str]:
    """In which states the e-mails are, once none is on its way. Raises TimeoutError."""

    def states() -> set[str]:
        return {state for (state,) in portal.query("select distinct state from outbox_outboxmessage")}

    wait_for(lambda: "waiting" not in states(), "the e-mails to be sent", seconds=_MAIL_WAIT)
    return states()


def mail_that_never_came(portal: RunningPortal, server: MailServer) -> list[str]:
    """The Message-IDs that the outbox says were sent, and that the mail server never saw."""
    sent = {row[0] for row in portal.query("select message_id from outbox_outboxmessage where state = 'sent'")}
    return sorted(sent - server.taken.keys())
