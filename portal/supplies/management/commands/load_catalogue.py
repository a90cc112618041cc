"""``bin/portal load-catalogue``: brings a catalogue file in, the seed by default."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.supplies.catalogue_file import SEED, BadCatalogueFile, read_catalogue
from portal.supplies.permissions import EDIT_CATALOGUE
from portal.supplies.services.load_catalogue import LoadedCatalogue, load_catalogue


class Command(BaseCommand):
    """Adds missing items and reports differences. Exit code 1 when the file cannot be used."""

    help = "Adds the items of a CSV file that the catalogue lacks, and reports what differs. The seed by default."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SEED, help="a CSV file; see portal/supplies/data")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--overwrite", action="store_true", help="also change items that differ from the file")
        parser.add_argument("--json", action="store_true", help="print the result for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            result = _load(content, overwrite=options["overwrite"], dry_run=options["dry_run"])
        except BadCatalogueFile as error:
            self._refuse(options, error)
            return
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(options["file"]), "dry_run": options["dry_run"], **vars(result)}))
        else:
            self._print(result, options)

    def _refuse(self, options: dict[str, Any], error: BadCatalogueFile) -> None:
        if options["json"]:
            rejected = {"file": str(options["file"]), "rejected": [{"line": error.line, "reason": error.reason}]}
            self.stdout.write(json.dumps(rejected))
        else:
            self.stderr.write(f"{options['file']}, line {error.line}: {error.reason} Nothing was changed.")
        sys.exit(1)

    def _print(self, result: LoadedCatalogue, options: dict[str, Any]) -> None:
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{len(result.created)} {would}added, {len(result.overwritten)} {would}changed,"
            f" {len(result.unchanged)} the same, {len(result.different)} differ."
        )
        for code, changes in result.different.items():
            for name, (here, there) in changes.items():
                self.stdout.write(f"  {code} {name}: catalogue {here!r}, file {there!r}")
        if result.different:
            self.stdout.write("Items that differ were left as they are. Use --overwrite to take the file's values.")


def _load(content: bytes, *, overwrite: bool, dry_run: bool) -> LoadedCatalogue:
    rows = read_catalogue(content)
    with system_scope(), transaction.atomic():
        result = load_catalogue(system_actor("Catalogue file", EDIT_CATALOGUE), rows, overwrite=overwrite)
        if dry_run:
            transaction.set_rollback(True)
    return result
