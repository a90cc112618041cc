"""``bin/portal verify-audit``: is the record what was written?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.foundation.access.row_security import system_scope
from portal.foundation.audit.verifying import Verification


class Command(BaseCommand):
    """Names each row that is not what was written. Exit code 0 when there is none, 1 otherwise."""

    help = "Checks every row of the record, the access log and each chain. Exit code 1 when one is not as written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result for a machine")
        parser.add_argument(
            "--expect",
            metavar="NUMBER:DIGEST",
            action="append",
            default=[],
            help="a seal that was kept elsewhere, such as in a log; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verification = Verification()
        found = []
        with system_scope():
            for problem in verification.problems(expected=options["expect"]):
                found.append(problem)
                if not options["json"]:
                    self.stdout.write(f"WRONG  {problem}")
        if options["json"]:
            result = {**asdict(verification), "problems": [asdict(each) for each in found]}
            self.stdout.write(json.dumps(result, indent=2))
        else:
            self._print(verification, len(found))
        if found:
            sys.exit(1)

    def _print(self, verification: Verification, number: int) -> None:
        for table, rows in verification.rows.items():
            self.stdout.write(f"{table}: {rows:,} rows, {verification.unsealed[table]:,} of them not sealed yet")
        self.stdout.write(f"{verification.seals:,} seals; {verification.anchors:,} of them kept outside the database")
        for code in verification.chains:
            self.stdout.write(f"{code}: the chain was checked")
        self.stdout.write("Nothing is wrong." if not number else f"{number:,} things are wrong.")
