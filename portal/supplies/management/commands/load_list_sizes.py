"""``bin/portal load-list-sizes FILE``: how many patients practices have, for comparing their use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.supplies.permissions import EDIT_ACCOUNT
from portal.supplies.services.load_list_sizes import load_list_sizes
from portal.supplies.usage.list_sizes import BadListSizes, read_list_sizes


class Command(BaseCommand):
    """Takes in the published numbers of patients. A file that cannot be used changes nothing and names the line."""

    help = "Takes in a CSV file of patients registered at GP practices, so that practices of one size are compared."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with the columns CODE, NUMBER_OF_PATIENTS and EXTRACT_DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sizes = read_list_sizes(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except BadListSizes as error:
            raise CommandError(f"{options['file']}, line {error.line}: {error.reason} Nothing was changed.") from error
        with system_scope():
            stored, unknown = load_list_sizes(system_actor("List sizes", EDIT_ACCOUNT), sizes)
        self.stdout.write(f"{stored:,} practices have their number of patients. {unknown:,} codes are not known here.")
