"""``bin/portal load-demo``: the sample data of the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.load import load


class Command(BaseCommand):
    """Loads what is missing of the sample data."""

    help = "Load the demonstration's sample data; what is there already stays."

    def handle(self, **options: Any) -> None:
        load()
        self.stdout.write("The sample data is there.")
