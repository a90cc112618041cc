"""Form fields that take a PDF, PNG or JPEG; their cleaned value is what ``store_upload`` stores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File

from portal.foundation.files.checking import inspect
from portal.foundation.files.inspection.refusal import FileRefused
from portal.foundation.files.limits import MAXIMUM_FILES, MAXIMUM_UPLOAD, MEGABYTE
from portal.foundation.files.names import shown_name

HINT = f"PDF, PNG or JPEG, up to {MAXIMUM_UPLOAD // MEGABYTE} MB. Do not send anything about a patient."
_ACCEPT = ".pdf,.png,.jpg,.jpeg"
_TOO_LARGE = (
    f"The file is larger than {MAXIMUM_UPLOAD // MEGABYTE} MB. "
    "Save it smaller, or in several files, and choose it again."
)
_EMPTY = "The file is empty. Look at it on your computer and choose it again, or choose another."


@dataclass(frozen=True)
class CheckedUpload:
    """A file that was looked into: ``content`` was written anew and is all that is kept of it."""

    name: str
    content_type: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes, of what is kept."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Of what is kept."""
        return hashlib.sha256(self.content).hexdigest()


def check_upload(upload: File[bytes]) -> CheckedUpload:
    """Looks into one upload. Raises FileRefused. What the browser calls its type counts for nothing."""
    if upload.size is None or upload.size > MAXIMUM_UPLOAD:
        raise FileRefused(_TOO_LARGE)
    if upload.size == 0:
        raise FileRefused(_EMPTY)
    upload.seek(0)
    found = inspect(upload.read(MAXIMUM_UPLOAD + 1))
    return CheckedUpload(shown_name(upload.name or "", found.content_type), found.content_type, found.content)


def check_bytes(name: str, data: bytes) -> CheckedUpload:
    """Looks into a file that came another way than by a form, such as by e-mail. Raises FileRefused."""
    if len(data) > MAXIMUM_UPLOAD:
        raise FileRefused(_TOO_LARGE)
    if not data:
        raise FileRefused(_EMPTY)
    found = inspect(data)
    return CheckedUpload(shown_name(name, found.content_type), found.content_type, found.content)


class UploadField(forms.FileField):
    """One file; cleans to a ``CheckedUpload``, or None where it may be left out.

    The page's form must be opened with ``files=true``. A browser forgets the chosen file when the page comes
    back with an error elsewhere, so give a file a page of its own, or ask for it last.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", HINT)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": _ACCEPT}))
        super().__init__(allow_empty_file=True, **kwargs)  # our own sentence for an empty one says what to do

    def to_python(self, data: Any) -> Any:
        """The checked file. Raises ValidationError with a sentence that says what to do."""
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            return check_upload(upload)
        except FileRefused as refused:
            raise ValidationError(refused.sentence, code="refused") from refused


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class MultipleUploadField(UploadField):
    """Several files; cleans to a list of ``CheckedUpload``. An error names the file it is about."""

    def __init__(self, *, most: int = MAXIMUM_FILES, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"{HINT} You can choose up to {most} files.")
        kwargs.setdefault("widget", _SeveralFiles(attrs={"accept": _ACCEPT}))
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The checked files, in the order they were chosen. Raises ValidationError with every file's sentence."""
        uploads = [each for each in data or [] if each]
        if not uploads:
            super().clean(None, initial)  # raises where one is required
            return []
        if len(uploads) > self.most:
            raise ValidationError(f"Choose {self.most} files or fewer. You chose {len(uploads)}.", code="too_many")
        checked, errors = [], []
        for upload in uploads:
            try:
                checked.append(check_upload(upload))
            except FileRefused as refused:
                errors.append(ValidationError(f"{_said(upload)}: {refused.sentence}", code="refused"))
        if errors:
            raise ValidationError(errors)
        return checked


def _said(upload: File[bytes]) -> str:
    """The name in a sentence: as the person knows it, without what could hide in it."""
    return "".join(character for character in (upload.name or "A file")[:80] if character.isprintable())
