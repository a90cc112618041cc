"""``bin/portal import-registrations FILE...``: registration events into the database."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from portal.foundation.access import system_actor
from portal.records.registrations.effects import EFFECTS
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.reading import read_registrations
from portal.records.registrations.services.import_registrations import FileOutcome, import_registrations


class Command(BaseCommand):
    """Thin: the work is in the service. Exit code 0 when all was taken, 1 when something was rejected."""

    help = (
        "Imports registration events from CSV, JSON or NHAIS EDIFACT files, recognised by their content. "
        "What is wrong is rejected with its place and the reason; the rest is taken. Importing twice changes nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the arguments."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a CSV, JSON or EDIFACT file")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        parser.add_argument(
            "--practice",
            action="append",
            default=[],
            type=_pair,
            metavar="LOCAL=ODSCODE",
            help="which practice a local code of the sender means; may be repeated",
        )

    def handle(self, *, files: list[Path], practice: list[tuple[str, str]], **options: Any) -> None:
        """Imports file after file. Raises CommandError when something was rejected."""
        actor = system_actor("Registration import", IMPORT_REGISTRATIONS)
        outcomes: list[FileOutcome] = []
        for path in files:
            name = str(path).encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
            try:
                outcomes.append(import_registrations(actor, name, read_registrations(path), practices=dict(practice)))
            except (OperationalError, InterfaceError) as error:
                raise CommandError(f"The database cannot be used: {error}") from error
            if not options["json"]:
                self._print(outcomes[-1])
        if options["json"]:
            self.stdout.write(json.dumps({"files": [outcome.as_json() for outcome in outcomes]}))
        if rejected := sum(len(outcome.rejected) for outcome in outcomes):
            raise CommandError(f"Rejected: {rejected}. The rest was taken.")

    def _print(self, outcome: FileOutcome) -> None:
        self.stdout.write(f"{outcome.file}: {len(outcome.transactions)} taken, {len(outcome.rejected)} rejected")
        for each in outcome.transactions:
            self.stdout.write(f"  {each['kind']} {each['reference']}: {EFFECTS[each['effect']]}")
        for rejection in outcome.rejected:
            self.stdout.write(f"  {rejection.position}: {rejection.reason}")


def _pair(text: str) -> tuple[str, str]:
    local, sign, code = text.upper().partition("=")
    if not (sign and local and re.fullmatch(r"[A-Z0-9]{1,12}", code)):
        raise ArgumentTypeError(f"{text!r} is not of the form 281=Y90001")
    return local, code
