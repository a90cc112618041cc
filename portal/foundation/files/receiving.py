"""Receiving uploads: onto the disk, never more of one file than is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from portal.foundation.files.limits import MAXIMUM_UPLOAD


class _ReceivedFile(TemporaryUploadedFile):
    """A temporary file with a name of our own. Django's takes the sender's extension, of any length, into it."""

    def __init__(self, name: str | None, content_type: str | None, charset: str | None, extra: Any) -> None:
        folder = Path(settings.UPLOAD_FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a service may not be allowed to write elsewhere
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=folder)  # noqa: SIM115  the request closes it
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)


class BoundedUploadHandler(FileUploadHandler):
    """Writes an upload to a temporary file up to the limit; the rest is counted and dropped.

    The form then says that the file is too large, and keeps what was typed; a longer body fills no disk.
    """

    file: _ReceivedFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.file = _ReceivedFile(self.file_name, self.content_type, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """One part of the file."""
        room = MAXIMUM_UPLOAD + 1 - start
        if room > 0:
            self.file.write(raw_data[:room])

    def file_complete(self, file_size: int) -> _ReceivedFile:
        """The file as it arrived; its size is what was sent, not what was kept."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The sender went away."""
        if hasattr(self, "file"):
            self.file.close()
