"""The bytes of files on disk. A row that is committed always has its file; a file without a row does not stay.

The file is written and made durable first, then the row. When the transaction ends without the row, the file
goes at the end of the request; when the process dies before that, the sweeper finds it a day later.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)
_STORED_NAME = re.compile(r"[0-9a-f]{32}")
_here = threading.local()


def folder() -> Path:
    """The files folder."""
    return Path(settings.MEDIA_ROOT)


def path_of(stored_name: str) -> Path:
    """Where a file lies. Raises ValueError for a name that is not of our making."""
    if not _STORED_NAME.fullmatch(stored_name):
        raise ValueError("That is no name of a stored file.")
    return folder() / stored_name[:2] / stored_name


def write(stored_name: str, content: bytes) -> None:
    """Writes a new file, readable by the portal alone, and returns when it is on the disk.

    Inside the transaction that will write its row. Raises OSError, and leaves nothing, when the disk is full.
    """
    settle_written()
    path = path_of(stored_name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        for directory in (path.parent, folder()):
            _make_durable(directory)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    _written().add(stored_name)
    transaction.on_commit(lambda: _written().discard(stored_name))


def read(stored_name: str) -> bytes:
    """The bytes. Raises FileNotFoundError."""
    return path_of(stored_name).read_bytes()


def settle_written(**signal: Any) -> None:
    """Takes away what this thread wrote and no committed row names. At the end of a request, and before a write.

    A commit whose answer got lost leaves a row: so the database is asked, and not the way the transaction ended.
    """
    written = _written()
    if not written or connection.in_atomic_block:
        return
    try:
        for stored_name in written - _named_by_rows(written):
            path_of(stored_name).unlink(missing_ok=True)
        written.clear()
    except (DatabaseError, OSError):
        written.clear()  # the sweeper will see to it
        logger.exception("files of a transaction that ended could not be settled")
    finally:
        if signal:
            connection.close()  # this request has already given its connection back


def forget_written() -> None:
    """Takes away what this thread wrote and has not settled. Only for a transaction known to have been undone."""
    for stored_name in _written():
        path_of(stored_name).unlink(missing_ok=True)
    _written().clear()


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Removes files without a row that are older than a day; returns how many. Not inside a transaction."""
    removed, before = 0, timezone.now() - older_than
    old = {path.name: path for path in _files() if _changed(path) < before}
    names = sorted(old)
    for start in range(0, len(names), 500):
        part = set(names[start : start + 500])
        for orphan in part - _named_by_rows(part):
            old[orphan].unlink(missing_ok=True)
            removed += 1
    return removed


def _files() -> Iterator[Path]:
    """Files of ours; whatever else an operator put there is not touched."""
    return (path for path in folder().glob("??/*") if _STORED_NAME.fullmatch(path.name) and not path.is_symlink())


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())


def _named_by_rows(names: set[str]) -> set[str]:
    from portal.foundation.files.models import StoredFile

    return set(StoredFile.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))


def _make_durable(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written() -> set[str]:
    if not hasattr(_here, "written"):
        _here.written = set()
    written: set[str] = _here.written
    return written
