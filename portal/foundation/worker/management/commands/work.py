"""``bin/portal work``: the worker that delivers e-mails and runs what is due; or a look at its tasks."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.foundation.outbox.delivery import deliver_due
from portal.foundation.worker.loop import mail_server_is_set, work_forever
from portal.foundation.worker.reporting import TaskReport, report_tasks
from portal.foundation.worker.running import run_due


class Command(BaseCommand):
    """Runs the worker. Exit code 1 when a task failed, or is failing or late in the list."""

    help = "Send e-mails and run tasks that are due; --forever keeps going, --list shows the tasks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--forever", action="store_true", help="keep working until stopped")
        what.add_argument("--once", action="store_true", help="do what is due now, then end")
        what.add_argument("--list", action="store_true", dest="only_list", help="show tasks, last runs and errors")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON (with --list or --once)")

    def handle(self, *, forever: bool, only_list: bool, as_json: bool, **options: Any) -> None:
        if forever:
            work_forever()
        elif only_list:
            self._list(as_json=as_json)
        else:
            self._once(as_json=as_json)

    def _once(self, *, as_json: bool) -> None:
        emails = deliver_due(limit=1000) if mail_server_is_set() else 0
        runs = run_due()
        failed = [run for run in runs if run.error]
        if as_json:
            answer = {"emails_tried": emails, "tasks": [asdict(run) for run in runs]}
            self.stdout.write(json.dumps(answer, indent=2))
        else:
            self.stdout.write(f"{emails} e-mails tried, {len(runs)} tasks run, {len(failed)} of them failed.")
            for run in failed:
                self.stdout.write(f"  {run.code}: {run.error}")
        if failed:
            raise SystemExit(1)

    def _list(self, *, as_json: bool) -> None:
        reports = report_tasks()
        if as_json:
            self.stdout.write(json.dumps([asdict(each) for each in reports], indent=2, default=datetime.isoformat))
        else:
            self.stdout.write("\n".join(map(_readable, reports)) or "There are no tasks.")
        if any(each.needs_attention for each in reports):
            raise SystemExit(1)


def _readable(report: TaskReport) -> str:
    last = report.last_started_at
    when = f"last started {timezone.localtime(last):%-d %B %Y %H:%M:%S}" if last else "not yet started"
    lines = [
        f"{report.code}: {report.state}",
        f"  {report.does}",
        f"  every {report.every_seconds} s, {report.runs} runs, {when}",
    ]
    if report.last_error:
        lines.append(f"  failed {report.failures} times in a row: {report.last_error}")
    return "\n".join(lines)
