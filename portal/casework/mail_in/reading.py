"""Reading the box: each e-mail by itself, in its own transaction, marked when that is committed."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError

from portal.casework.mail_in.boxes import open_box
from portal.casework.mail_in.files import look_into_files
from portal.casework.mail_in.read import read_mail
from portal.casework.mail_in.senders import ourselves
from portal.casework.permissions import REPORT
from portal.casework.services.receive_email import receive_email
from portal.foundation.access import system_actor

MOST_AT_ONCE = 200
MAILBOX = system_actor("The e-mail box", REPORT)
logger = logging.getLogger(__name__)


@dataclass
class Reading:
    """How many e-mails went which way (codes of EmailReceived, and ``failed``); and each one by itself."""

    counts: Counter[str] = field(default_factory=Counter)
    emails: list[dict[str, str]] = field(default_factory=list)

    def receive(self, name: str, raw: bytes) -> bool:
        """Takes one e-mail in. Returns whether it went well; raises only when the database does not answer."""
        try:
            received = receive_email(MAILBOX, look_into_files(read_mail(raw, ourselves())))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # a defect shown by one e-mail must not hold up those behind it
            logger.exception("an e-mail could not be taken in")
            self._count(name, "failed", reason=type(error).__name__)
            return False
        reference = received.case.reference if received.case else ""
        self._count(name, received.outcome, case=reference, reason=received.reason)
        return True

    def _count(self, name: str, outcome: str, *, case: str = "", reason: str = "") -> None:
        self.counts[outcome] += 1
        self.emails.append({"email": name, "outcome": outcome, "case": case, "reason": reason})


def read_box() -> Reading | None:
    """Reads what waits in the box, at most 200 e-mails; None when no box is set.

    An e-mail that shows a defect of ours is flagged in the box for a person, and the others are read. Raises
    OSError, imaplib's errors or MailServerRefused when the box cannot be reached.
    """
    box = open_box()
    if box is None:
        return None
    reading = Reading()
    with box as opened:
        for waiting in opened.waiting(MOST_AT_ONCE):
            went_well = reading.receive(waiting.name, waiting.raw)
            (waiting.mark_read if went_well else waiting.mark_for_a_person)()
    return reading
