"""Two workers, one file in quarantine: it is scanned once. Seen to fail with the row lock taken out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from portal.foundation.audit.models import AuditEvent
from portal.foundation.files import StoredFile, scanning, store_upload
from portal.foundation.files.scanners import Verdict
from portal.foundation.files.scanning import scan_quarantined
from portal.foundation.files.tests.making import checked
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


class Counting:
    """A scanner that finds nothing and counts how often it was asked."""

    name = "Counting"

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def scan(self, content: bytes) -> Verdict:
        """Nothing found."""
        self.asked.append(content)
        return Verdict()


def _two_workers(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often one file was scanned when two workers looked for work at the same moment."""
    with transaction.atomic():
        store_upload(checked(), purpose="tests.letter")
    Meeting().after(monkeypatch, "portal.foundation.files.scanning.next_to_scan")
    scanner = Counting()
    answers = at_once(lambda: scan_quarantined(scanner=scanner), lambda: scan_quarantined(scanner=scanner))
    assert [each for each in answers if isinstance(each, Exception)] == []
    assert StoredFile.objects.get().state == "clean"
    return len(scanner.asked)


def test_two_workers_scan_a_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _two_workers(monkeypatch) == 1


def test_without_the_lock_both_scan_it_and_still_one_answer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(besides: list[int]) -> Any:
        return StoredFile.objects.due_for_scan().exclude(id__in=besides).first()  # type: ignore[attr-defined]

    monkeypatch.setattr(scanning, "next_to_scan", unlocked)
    assert _two_workers(monkeypatch) == 2
    assert AuditEvent.objects.filter(type="files.file_found_clean").count() == 1
