"""Writes docs/reference/ from the code, or checks that it is current."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.foundation.web.generated_docs import generate

FOLDER = settings.PROJECT_DIR / "docs" / "reference"


class Command(BaseCommand):
    """Writes the generated reference pages."""

    help = "Write docs/reference from the code; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a page is not current")

    def handle(self, *, check: bool, **options: Any) -> None:
        pages = generate()
        stale = [name for name, text in pages.items() if not _is_current(name, text)]
        if check:
            if stale:
                raise CommandError(f"Not current: {', '.join(stale)}. Run: python manage.py generate_docs")
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (FOLDER / name).write_text(pages[name])
        self.stdout.write(f"{len(stale)} of {len(pages)} pages written.")


def _is_current(name: str, text: str) -> bool:
    file = FOLDER / name
    return file.exists() and file.read_text() == text
