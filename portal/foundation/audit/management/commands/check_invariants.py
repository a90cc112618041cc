"""``bin/portal check-invariants``: is everything that must always be true, true?"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.foundation.access.row_security import system_scope
from portal.foundation.invariants import Broken, Invariant, all_invariants, find_broken


class Command(BaseCommand):
    """Runs every invariant. Exit code 0 when all hold, 1 when one is broken."""

    help = "Checks that what must always be true of the stored data is true. Exit code 1 when something is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result for a machine")
        parser.add_argument("--only", metavar="CODE", action="append", help="check this one; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = _chosen(options["only"])
        with system_scope():
            broken = find_broken(chosen)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(chosen, broken), default=str, indent=2))
        else:
            self._print(chosen, broken)
        if broken:
            sys.exit(1)

    def _print(self, chosen: list[Invariant], broken: list[Broken]) -> None:
        by_code = {each.invariant.code: each for each in broken}
        for each in chosen:
            failed = by_code.get(each.code)
            self.stdout.write(f"{'BROKEN' if failed else 'holds '}  {each.code}: {each.sentence}")
            for row in failed.rows if failed else []:
                self.stdout.write("          " + ", ".join(f"{name}={value}" for name, value in row.items()))
            if failed and failed.more:
                self.stdout.write("          and more")
        self.stdout.write(f"{len(chosen) - len(broken)} of {len(chosen)} hold.")


def _chosen(codes: list[str] | None) -> list[Invariant]:
    everything = all_invariants()
    if not codes:
        return everything
    known = {each.code: each for each in everything}
    if unknown := set(codes) - known.keys():
        raise CommandError(f"There is no invariant {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
    return [known[code] for code in codes]


def _as_json(chosen: list[Invariant], broken: list[Broken]) -> dict[str, Any]:
    return {
        "checked": [each.code for each in chosen],
        "broken": [
            {
                "code": each.invariant.code,
                "sentence": each.invariant.sentence,
                "rows": each.rows,
                "more": each.more,
            }
            for each in broken
        ],
    }
