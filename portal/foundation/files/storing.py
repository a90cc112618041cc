"""Storing a checked file, as a part of the service that has a use for it."""

from __future__ import annotations

from django.db import connection, transaction

from portal.foundation.files import vault
from portal.foundation.files.fields import CheckedUpload
from portal.foundation.files.models import StoredFile, new_stored_name


def store_upload(upload: CheckedUpload, *, purpose: str) -> StoredFile:
    """Writes the file, then its row, in the caller's transaction; it begins in quarantine.

    ``purpose`` is the app and what the file is there for: ``"casework.attachment"``. Raises TypeError for
    anything that did not come out of an ``UploadField``, RuntimeError outside a transaction, OSError when the
    disk is full. The caller records the event and says to what the file belongs.
    """
    if not isinstance(upload, CheckedUpload):
        raise TypeError("Only a file that was looked into is stored: take it from an UploadField.")
    if not connection.in_atomic_block:
        raise RuntimeError("A file is stored inside the transaction of what it belongs to.")
    stored_name = new_stored_name()
    vault.write(stored_name, upload.content)
    return StoredFile.objects.create(
        stored_name=stored_name,
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        purpose=purpose,
    )


def discard_stored(stored_file: StoredFile) -> None:
    """Deletes a file that is not needed any more: its row in the caller's transaction, then its bytes.

    The caller has taken it off what it belonged to, and records the event. Raises RuntimeError outside a transaction.
    Bytes that a crash leaves behind have no row, so the sweeper finds them a day later.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A file is deleted inside the transaction of what it belonged to.")
    path = vault.path_of(stored_file.stored_name)
    stored_file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)
