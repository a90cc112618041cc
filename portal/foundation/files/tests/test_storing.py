"""A committed row has its file, a rolled-back one leaves none, and a download is what was stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from portal.foundation.errors import Conflict
from portal.foundation.files import StoredFile, discard_stored, private_download, store_upload, vault
from portal.foundation.files.storing import store_upload as store
from portal.foundation.files.tests.making import checked, picture
from portal.foundation.invariants import REGISTER, all_invariants, find_broken

PURPOSE = "tests.letter"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    vault._written().clear()


def _on_disk() -> list[str]:
    return sorted(path.name for path in vault.folder().rglob("*") if path.is_file())


def _end_request() -> None:
    request_finished.send(sender=None)


def _clean(row: StoredFile) -> StoredFile:
    StoredFile.objects.filter(id=row.id).update(state="clean", scanner="x", scanned_at=timezone.now())
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_a_stored_file_is_in_quarantine_under_a_name_that_says_nothing() -> None:
    row = store_upload(checked("Ann's letter.png"), purpose=PURPOSE)
    assert (row.state, row.size, len(row.reference)) == ("quarantined", len(picture()), 22)
    path = vault.path_of(row.stored_name)
    assert path.read_bytes() == picture()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert _on_disk() == [row.stored_name]
    assert "Ann" not in str(path)


@pytest.mark.django_db
def test_only_what_was_looked_into_is_stored() -> None:
    with pytest.raises(TypeError):
        store(b"%PDF-", purpose=PURPOSE)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_stored_inside_a_transaction_or_not_at_all() -> None:
    with pytest.raises(RuntimeError):
        store_upload(checked(), purpose=PURPOSE)
    assert _on_disk() == []


@pytest.mark.django_db(transaction=True)
def test_a_committed_row_keeps_its_file() -> None:
    with transaction.atomic():
        row = store_upload(checked(), purpose=PURPOSE)
    _end_request()
    assert _on_disk() == [row.stored_name]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inner", [False, True])
def test_a_row_that_was_rolled_back_leaves_no_file(inner: bool) -> None:
    with transaction.atomic():
        kept = store_upload(checked(), purpose=PURPOSE) if inner else None
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            store_upload(checked(), purpose=PURPOSE)
            _ = 1 / 0
        if not inner:
            transaction.set_rollback(True)
    _end_request()
    assert _on_disk() == ([kept.stored_name] if kept else [])


@pytest.mark.django_db(transaction=True)
def test_without_the_end_of_the_request_the_orphan_stays() -> None:
    """The half with the control switched off."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store_upload(checked(), purpose=PURPOSE)
        _ = 1 / 0
    assert len(_on_disk()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_got_lost_keeps_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database has the row, the portal was told of an error: the file must not go (trust, F-list)."""
    commit = connection._commit

    def commit_and_lose_the_answer() -> None:
        commit()
        raise DatabaseError("the connection broke")

    monkeypatch.setattr(connection, "_commit", commit_and_lose_the_answer)
    with pytest.raises(DatabaseError), transaction.atomic():
        store_upload(checked(), purpose=PURPOSE)
    monkeypatch.undo()
    _end_request()
    assert _on_disk() == [StoredFile.objects.get().stored_name]


@pytest.mark.django_db
def test_a_full_disk_leaves_neither_half_a_file_nor_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store_upload(checked(), purpose=PURPOSE)
    assert (_on_disk(), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_the_sweeper_removes_old_files_without_a_row_and_nothing_else() -> None:
    row = store_upload(checked(), purpose=PURPOSE)
    old, young, foreign = "a" * 32, "b" * 32, "readme.txt"
    for name in (old, young, foreign):
        path = vault.folder() / name[:2] / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    long_ago = timezone.now().timestamp() - 90_000
    for path in vault.folder().rglob("*"):
        if path.is_file() and path.name != young:
            os.utime(path, (long_ago, long_ago))
    assert vault.sweep() == 1
    assert _on_disk() == sorted([row.stored_name, young, foreign])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 31, "A" * 32, "", "a" * 32 + "\n"])
def test_no_other_name_leads_to_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        vault.path_of(name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"content_type": "text/html"},
        {"size": 0},
        {"size": 33 * 1024 * 1024},
        {"sha256": "x"},
        {"stored_name": "../x"},
        {"name": "a/b.pdf"},
        {"name": "a\n.pdf"},
        {"name": "a.exe"},
        {"purpose": ""},
        {"state": "lost"},
        {"state": "clean"},
        {"state": "refused", "scanner": "x", "scanned_at": timezone.now()},
        {"refused_because": "x"},
    ],
)
def test_the_database_holds_what_a_stored_file_is(wrong: dict[str, Any]) -> None:
    right = {"name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "a" * 64, "purpose": PURPOSE}
    StoredFile.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**(right | wrong))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"sha256": "b" * 64}, {"stored_name": "b" * 32}, {"size": 2}, {"content_type": "image/jpeg"}]
)
def test_what_was_looked_into_cannot_be_exchanged_afterwards(change: dict[str, Any]) -> None:
    row = store_upload(checked(), purpose=PURPOSE)
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(id=row.id).update(**change)


@pytest.mark.django_db
def test_a_refused_file_never_becomes_clean() -> None:
    row = store_upload(checked(), purpose=PURPOSE)
    StoredFile.objects.filter(id=row.id).update(
        state="refused", scanner="x", refused_because="EICAR", scanned_at=timezone.now()
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(id=row.id).update(state="clean", refused_because="")


@pytest.mark.django_db
def test_a_download_is_a_download_and_the_bytes_that_were_stored() -> None:
    response = private_download(_clean(store_upload(checked("Żółw \u201ca\u201d.png"), purpose=PURPOSE)))
    assert response.content == picture()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_file_in_quarantine_and_a_refused_one_are_not_handed_out() -> None:
    row = store_upload(checked(), purpose=PURPOSE)
    with pytest.raises(Conflict, match="being checked for viruses"):
        private_download(row)
    row.state = "refused"
    with pytest.raises(Conflict, match="refused this file"):
        private_download(row)


@pytest.mark.django_db
def test_a_changed_or_missing_file_is_said_to_be_damaged_and_never_handed_out() -> None:
    row = _clean(store_upload(checked(), purpose=PURPOSE))
    path = vault.path_of(row.stored_name)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Conflict, match="cannot be read"):
        private_download(row)
    path.unlink()
    with pytest.raises(Conflict, match="cannot be read"):
        private_download(row)


@pytest.mark.django_db
def test_a_file_that_waits_for_a_day_is_found_by_the_nightly_check() -> None:
    all_invariants()
    right = {"name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "a" * 64, "purpose": PURPOSE}
    StoredFile.objects.create(**right)
    assert find_broken([REGISTER["files.leave_quarantine"]]) == []
    late = StoredFile.objects.create(**right, stored_at=timezone.now() - timedelta(days=2))
    (broken,) = find_broken([REGISTER["files.leave_quarantine"]])
    assert [each["reference"] for each in broken.rows] == [late.reference]


@pytest.mark.django_db(transaction=True)
def test_a_discarded_file_goes_with_its_row_and_stays_when_that_is_undone() -> None:
    with transaction.atomic():
        row = store_upload(checked(), purpose=PURPOSE)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        discard_stored(StoredFile.objects.get())
        raise ZeroDivisionError
    assert _on_disk() == [row.stored_name]
    with transaction.atomic():
        discard_stored(StoredFile.objects.get())
    assert (_on_disk(), StoredFile.objects.count()) == ([], 0)
    with pytest.raises(RuntimeError):
        discard_stored(row)
