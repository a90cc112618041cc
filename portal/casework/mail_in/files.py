"""The files that came with an e-mail: looked into like an upload, and kept with the case."""

from __future__ import annotations

import time
from dataclasses import replace

from portal.casework.mail_in.message import IncomingAttachment, IncomingMessage, MailRefused
from portal.casework.models import Attachment, Case, Message
from portal.foundation.files import store_upload
from portal.foundation.files.fields import check_bytes
from portal.foundation.files.inspection.refusal import FileRefused

_SECONDS = 60.0  # for all files of one e-mail; each alone is bounded, too
_NOT_LOOKED_INTO = "It was not looked into, because the other files took too long."


def look_into_files(incoming: IncomingMessage | MailRefused) -> IncomingMessage | MailRefused:
    """The e-mail with its files looked into, which takes seconds and so is done before any transaction."""
    if isinstance(incoming, MailRefused) or incoming.envelope.automatic:
        return incoming
    deadline = time.monotonic() + _SECONDS
    return replace(incoming, attachments=tuple(_looked_into(each, deadline) for each in incoming.attachments))


def _looked_into(file: IncomingAttachment, deadline: float) -> IncomingAttachment:
    if file.problem:
        return file
    if time.monotonic() > deadline:
        return replace(file, content=b"", problem=_NOT_LOOKED_INTO)
    try:
        return replace(file, content=b"", checked=check_bytes(file.name, file.content))
    except FileRefused as refused:
        return replace(file, content=b"", problem=refused.sentence)


def keep_files(case: Case, message: Message | None, files: tuple[IncomingAttachment, ...]) -> list[str]:
    """Keeps the files that were looked into; returns a line for each that is not kept, with its name and why.

    Called in the transaction of the e-mail. ``message`` is the one they came with, None for the case's first text.
    """
    not_kept = []
    for each in files:
        if each.checked is None:
            not_kept.append(f"{each.name}: {each.problem or _NOT_LOOKED_INTO}")
            continue
        Attachment.objects.create(
            case=case,
            message=message,
            stored_file=store_upload(each.checked, purpose="casework.attachment"),
            added_by_name=message.author_name if message else case.opened_by_name,
        )
    return not_kept
