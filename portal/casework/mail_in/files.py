"""The files that came with an e-mail."""

from __future__ import annotations

from portal.casework.mail_in.message import IncomingAttachment
from portal.casework.models import Case, Message


def keep_files(case: Case, message: Message | None, files: tuple[IncomingAttachment, ...]) -> list[str]:
    """Keeps what may be kept; returns a line for each file that is not, with its name and why."""
    return [f"{each.name}: {each.problem or 'Files of e-mails are not kept yet.'}" for each in files]
