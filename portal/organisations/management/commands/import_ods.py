"""``bin/portal import-ods FILE...``: releases of the directory into the database."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.organisations.ods_import.layouts import FAMILIES, MEMBERSHIP
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.ods_import.report import report
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release, preview_release


class Command(BaseCommand):
    """Thin: the work is in the service. Exit code 0 when all is imported, 1 when a file is refused, 2 for wrong use."""

    help = (
        "Imports ODS files (GP practices, branches, dental practices, pharmacies, optical sites ...), recognised by "
        "their content. A malformed file changes nothing and names the line."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the arguments."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an ODS file, in either layout")
        parser.add_argument("--dry-run", action="store_true", help="print what would change, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        parser.add_argument(
            "--released",
            type=_past_day,
            metavar="YYYY-MM-DD",
            help="the day the files describe; without it, the newest past date in each file",
        )
        parser.add_argument(
            "--layout",
            choices=sorted(set(FAMILIES) - {MEMBERSHIP.name}),
            help="which file it is, where its content cannot tell",
        )

    def handle(self, *, files: list[Path], dry_run: bool, **options: Any) -> None:
        """Imports file after file, each in its own transaction. Raises CommandError when one is refused."""
        actor = system_actor("Directory import", IMPORT_DIRECTORY)
        run = preview_release if dry_run else import_release
        outcomes: list[FileOutcome] = []
        for path in files:
            command = ImportRelease(path=path, released_on=options["released"], layout=options["layout"] or "")
            try:
                outcomes.append(run(actor, command))
            except (OperationalError, InterfaceError) as error:
                raise CommandError(f"The database cannot be used: {error}") from error
            if not options["json"]:
                for line in report(outcomes[-1], dry_run=dry_run):
                    self.stdout.write(line)
        if options["json"]:
            self.stdout.write(json.dumps({"files": [outcome.as_json() for outcome in outcomes]}))
        if refused := [outcome.file for outcome in outcomes if outcome.is_refused]:
            raise CommandError(f"Refused: {', '.join(refused)}.")


def _past_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date of the form YYYY-MM-DD") from None
    if day > timezone.localdate():
        raise ArgumentTypeError(f"{text} is in the future; a release describes a day that has been")
    return day
