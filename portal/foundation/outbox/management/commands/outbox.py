"""``bin/portal outbox``: what waits, what failed, and sending it again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count
from django.utils import timezone

from portal.foundation.outbox.models import OutboxMessage

SHOWN = 20


class Command(BaseCommand):
    """Shows the state of the outbox. Exit code 1 when messages have failed."""

    help = "Show how many e-mails wait, were sent or failed; --retry lets the failed ones be tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
        parser.add_argument("--retry", action="store_true", help="let every failed message be tried again")

    def handle(self, *, as_json: bool, retry: bool, **options: Any) -> None:
        if retry:
            retried = OutboxMessage.objects.filter(state="failed").update(
                state="waiting", attempts=0, due_at=timezone.now(), leased_until=None
            )
            self.stdout.write(f"{retried} messages will be tried again.")
        counts = dict(OutboxMessage.objects.values_list("state").annotate(number=Count("id")))
        failed = OutboxMessage.objects.filter(state="failed").order_by("-id")[:SHOWN]
        answer = {
            "waiting": counts.get("waiting", 0),
            "sent": counts.get("sent", 0),
            "failed": counts.get("failed", 0),
            "newest_failed": [
                {"about": each.about, "kind": each.kind, "attempts": each.attempts, "error": each.last_error}
                for each in failed
            ],
        }
        self.stdout.write(json.dumps(answer, indent=2) if as_json else _readable(answer))
        if answer["failed"]:
            raise SystemExit(1)


def _readable(answer: dict[str, Any]) -> str:
    lines = [f"{answer['waiting']} waiting, {answer['sent']} sent, {answer['failed']} failed"]
    lines += [f"  {each['kind']} {each['about']}: {each['error']}" for each in answer["newest_failed"]]
    return "\n".join(lines)
