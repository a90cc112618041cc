"""``bin/portal simulate-records --weeks 1 --seed N``: does the portal find what goes wrong with records?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.records.models import PaperRecord
from portal.records.simulation.own_database import own_database
from portal.records.simulation.routes import FAULTS
from portal.records.simulation.running import Report, simulate

ENGLAND = 100_000  # records that move in a week


class Command(BaseCommand):
    """Thin: the work is in ``portal.records.simulation``. Run as the owner's role, which makes a database for it."""

    help = (
        "Simulates weeks of England's records with faults, in a database of its own. "
        "Exit code 1 when a fault is not found and shown, or when something that must always be true is not."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the arguments."""
        parser.add_argument("--weeks", type=_number, default=1, help="how many weeks (1)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed injects the same faults (1)")
        parser.add_argument("--records", type=_number, default=ENGLAND, help=f"records in a week ({ENGLAND:,})")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *, weeks: int, seed: int, records: int, **options: Any) -> None:
        """Runs it, prints the table. Raises CommandError in production beside real records."""
        directory = _practices()
        with own_database():
            report = simulate(
                seed=seed, records=records, weeks=weeks, directory=directory, tell=self._progress(weeks * records)
            )
        self.stdout.write(json.dumps(as_json(report)) if options["json"] else as_table(report))
        if not report.is_right:
            sys.exit(1)

    def _progress(self, records: int) -> Any:
        def tell(report: Report) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\r{report.records:,} of {records:,} records, {report.scans:,} scans ", ending="")

        return tell


def _practices() -> list[tuple[str, str]]:
    """The practices of the directory, where it is loaded. Raises CommandError in production beside real records."""
    tables = connection.introspection.table_names()
    if PaperRecord._meta.db_table in tables and settings.MODE == "production":
        with system_scope():
            if PaperRecord.objects.exists():
                raise CommandError("There are real records on this server. Simulate on another one.")
    if Organisation._meta.db_table not in tables:
        return []
    active = Organisation.objects.filter(contractor_type="gp", status="active").order_by("code")
    found = list(active.values_list("code", "name"))
    return found if len(found) > 3 else []


def as_json(report: Report) -> dict[str, Any]:
    """The report for a machine."""
    return {
        "seed": report.seed,
        "records": report.records,
        "bags": report.bags,
        "scans": report.scans,
        "outcomes": dict(report.outcomes),
        "faults": {kind: asdict(tally) for kind, tally in report.faults.items()},
        "false_alarms": report.false_alarms,
        "invariant_violations": report.violations,
        "scans_per_second": round(report.scans_per_second),
        "seconds": round(report.seconds, 1),
        "is_right": report.is_right,
    }


def as_table(report: Report) -> str:
    """The report for a person."""
    width = max(map(len, FAULTS.values()))
    lines = [
        f"{report.records:,} records in {report.bags:,} bags, {report.scans:,} scans (seed {report.seed})",
        "  " + ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(report.outcomes.items())),
        "",
        f"{'Fault':<{width}}  injected     found     shown",
    ]
    for kind, tally in report.faults.items():
        wrong = "" if tally.injected == tally.found == tally.shown else "   <- not all"
        lines.append(f"{FAULTS[kind]:<{width}}  {tally.injected:8,}  {tally.found:8,}  {tally.shown:8,}{wrong}")
    lines += [
        "",
        f"Shown though nothing was wrong: {report.false_alarms:,}",
        f"Invariants broken: {len(report.violations)}",
        *(f"  {each}" for each in report.violations[:20]),
        f"{report.scans_per_second:,.0f} scans a second in the service; {report.seconds:,.0f} seconds in all",
    ]
    return "\n".join(lines)


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 900_000:
        raise ValueError
    return int(text)
