"""``bin/portal deliver-outbox``: send the e-mails that are due, once. ``bin/portal work`` does it for ever."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.foundation.outbox.delivery import deliver_due


class Command(BaseCommand):
    """Delivers e-mails from the outbox."""

    help = "Send the e-mails that are due, once."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{deliver_due(limit=1000)} e-mails tried.")
