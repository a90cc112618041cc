"""``bin/portal deliver-outbox``: send the e-mails that are due, once or for ever."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from portal.foundation.outbox.delivery import deliver_due

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    """Delivers e-mails from the outbox."""

    help = "Send the e-mails that are due; --forever keeps going until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="keep delivering until stopped")

    def handle(self, *, forever: bool, **options: Any) -> None:
        if not forever:
            self.stdout.write(f"{deliver_due(limit=1000)} e-mails tried.")
            return
        self._stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopped:
            try:
                tried = deliver_due()
            except (OperationalError, InterfaceError):
                close_old_connections()  # the database went away; it will come back
                tried = 0
            if not tried:
                time.sleep(PAUSE_SECONDS)

    def _stop(self, *arguments: object) -> None:
        self._stopped = True
