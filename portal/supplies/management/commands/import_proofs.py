"""Brings a carrier's file of proofs of delivery in (J25)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.supplies.permissions import RECORD_DELIVERY
from portal.supplies.proofs.importing import import_proofs
from portal.supplies.proofs.reading import BadProofFile


class Command(BaseCommand):
    """import_proofs FILE: a bad file changes nothing, and the line is named."""

    help = "Records the deliveries of a carrier's file (JSON lines or CSV). A bad file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads it. Ends with an error for a file that cannot be read."""
        path: Path = options["file"]
        actor = system_actor("The carrier's file", RECORD_DELIVERY)
        try:
            with system_scope():
                run = import_proofs(actor, path.name, lambda: path.open("rb"))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except BadProofFile as error:
            raise CommandError(f"{path.name} was not used. {error}") from error
        self.stdout.write(
            f"{run.reference}: {run.lines} parcels. {run.delivered} delivered, {run.failed} not delivered,"
            f" {run.already} known already, {run.moving} on the way, {run.unplaced} not placed."
        )
        for problem in run.problems:
            self.stdout.write(problem)
