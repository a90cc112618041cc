"""``bin/portal read-mail``: reads the e-mail box once, or files; or lists what was put aside."""

from __future__ import annotations

import imaplib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.casework.mail_in.imap import MailServerRefused
from portal.casework.mail_in.message import LARGEST
from portal.casework.mail_in.reading import Reading, read_box
from portal.casework.models import EmailReceived
from portal.foundation.access.row_security import system_scope

SHOWN = 50


class Command(BaseCommand):
    """Reads e-mail that came in. Exit code 1 when one could not be taken in, or the box not be reached."""

    help = "Read the e-mail that came in, once; --put-aside lists what was ignored or refused, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="e-mails to read instead of the box, one a file")
        parser.add_argument("--put-aside", action="store_true", help=f"list the last {SHOWN} ignored or refused")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *, files: list[Path], put_aside: bool, as_json: bool, **options: Any) -> None:
        with system_scope():
            if put_aside:
                self._list(as_json=as_json)
                return
            reading = _read_files(files) if files else _read_box()
        answer = {"counts": dict(reading.counts), "emails": reading.emails}
        self.stdout.write(json.dumps(answer, indent=2) if as_json else _readable(reading))
        if reading.counts["failed"]:
            raise SystemExit(1)

    def _list(self, *, as_json: bool) -> None:
        rows = EmailReceived.objects.filter(case=None).order_by("-id")[:SHOWN]
        aside = [
            {
                "received_at": row.received_at.isoformat(timespec="seconds"),
                "outcome": row.outcome,
                "sender": row.sender,
                "subject": row.subject,
                "reason": row.reason,
            }
            for row in rows
        ]
        lines = ["{received_at}  {outcome}  {sender}  {subject}\n  {reason}".format(**each) for each in aside]
        self.stdout.write(json.dumps(aside, indent=2) if as_json else "\n".join(lines) or "Nothing was put aside.")


def _read_box() -> Reading:
    try:
        reading = read_box()
    except (OSError, imaplib.IMAP4.error, MailServerRefused) as error:
        raise CommandError(f"The e-mail box cannot be reached: {error}") from None
    if reading is None:
        raise CommandError("No e-mail box is set: PORTAL_MAIL_IN names none.")
    return reading


def _read_files(files: list[Path]) -> Reading:
    reading = Reading()
    for file in files:
        try:
            with file.open("rb") as opened:
                raw = opened.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        reading.receive(str(file), raw)
    return reading


def _readable(reading: Reading) -> str:
    lines = [f"{each['email']}: {each['outcome']} {each['case']} {each['reason']}".rstrip() for each in reading.emails]
    total = ", ".join(f"{number} {outcome}" for outcome, number in sorted(reading.counts.items()))
    return "\n".join([*lines, f"{len(reading.emails)} e-mails{': ' + total if total else ''}."])
