"""Files that people send: looked into, rewritten, kept in quarantine until the virus scanner has spoken (ADR 12).

    from portal.foundation.files import UploadField, private_download, store_upload

The names are found when they are first asked for: Django imports this package before its models may be, and
the process that looks into a file (``inspection``) has no Django at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.foundation.files.downloads import check_content, private_download
    from portal.foundation.files.fields import CheckedUpload, MultipleUploadField, UploadField
    from portal.foundation.files.models import StoredFile
    from portal.foundation.files.storing import discard_stored, store_upload

_WHERE = {
    "CheckedUpload": "fields",
    "MultipleUploadField": "fields",
    "StoredFile": "models",
    "UploadField": "fields",
    "check_content": "downloads",
    "discard_stored": "storing",
    "private_download": "downloads",
    "store_upload": "storing",
}
__all__ = [
    "CheckedUpload",
    "MultipleUploadField",
    "StoredFile",
    "UploadField",
    "check_content",
    "discard_stored",
    "private_download",
    "store_upload",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(name)
