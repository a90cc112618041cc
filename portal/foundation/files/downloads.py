"""Handing a file out: as a download, never as a page of ours."""

from __future__ import annotations

import hashlib
import logging

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.foundation.errors import Conflict
from portal.foundation.files import vault
from portal.foundation.files.models import StoredFile

logger = logging.getLogger(__name__)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_BEING_CHECKED = "The file is being checked for viruses. Try again in a few minutes."
_REFUSED = "The virus scanner refused this file, so nobody can open it. Ask whoever sent it for a clean copy."
_DAMAGED = "The file cannot be read any more. Contact support, who can restore it or ask for it again."


def private_download(stored_file: StoredFile) -> HttpResponse:
    """The file as a download, byte for byte what was stored. The view has already checked who asks.

    Raises Conflict as ``check_content`` does.
    """
    content = check_content(stored_file)
    response = HttpResponse(content, content_type=stored_file.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=stored_file.name) or ""
    for name, value in _HEADERS.items():
        response[name] = value
    return response


def check_content(stored_file: StoredFile) -> bytes:
    """The bytes that a download would hand out, for a service that must know before it says that they were.

    Raises Conflict with a sentence while it is quarantined, when the scanner refused it, and when its bytes are
    gone or not the ones that were stored (trust F21).
    """
    if stored_file.state == "quarantined":
        raise Conflict(_BEING_CHECKED)
    if stored_file.state != "clean":
        raise Conflict(_REFUSED)
    return intact_content(stored_file)


def intact_content(stored_file: StoredFile) -> bytes:
    """The stored bytes. Raises Conflict, and tells the operator's log, when they are not what was stored."""
    try:
        content = vault.read(stored_file.stored_name)
    except OSError as error:
        logger.exception("a stored file cannot be read", extra={"file": stored_file.reference})
        raise Conflict(_DAMAGED) from error
    if hashlib.sha256(content).hexdigest() != stored_file.sha256:
        logger.error("a stored file was changed", extra={"file": stored_file.reference})
        raise Conflict(_DAMAGED)
    return content
