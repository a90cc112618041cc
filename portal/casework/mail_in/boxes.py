"""Where e-mail waits for us: a Maildir on this machine, or a folder on an IMAP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.casework.mail_in.imap import ImapBox
from portal.casework.mail_in.maildir import MaildirBox
from portal.casework.mail_in.waiting import Waiting


class Box(Protocol):
    """A place that e-mails are read from, oldest first."""

    def waiting(self, most: int) -> Iterator[Waiting]:
        """At most so many e-mails that were not read yet."""


def open_box() -> AbstractContextManager[Box] | None:
    """The box that the environment names; None when it names none.

    ``PORTAL_MAIL_IN`` is ``maildir:/path`` or ``imaps://user@host/folder``, with the password in the file that
    ``PORTAL_MAIL_IN_PASSWORD_FILE`` names. Raises ImproperlyConfigured when it is neither.
    """
    address = settings.ENVIRONMENT.mail_in
    if not address:
        return None
    if address.startswith("maildir:/"):
        return MaildirBox(Path(address.removeprefix("maildir:")))
    try:
        parts = urlsplit(address)
        port = parts.port or 993
    except ValueError as error:
        raise ImproperlyConfigured(f"PORTAL_MAIL_IN cannot be read: {error}.") from None
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or parts.password is not None:
        raise ImproperlyConfigured(
            "PORTAL_MAIL_IN must look like maildir:/path or imaps://user@host/folder, without a password."
        )
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return ImapBox(parts.hostname, port, unquote(parts.username), _password(), folder)


def _password() -> str:
    file = settings.ENVIRONMENT.mail_in_password_file
    if not file:
        raise ImproperlyConfigured(
            "PORTAL_MAIL_IN_PASSWORD_FILE must name the file with the password of PORTAL_MAIL_IN."
        )
    try:
        return Path(file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"PORTAL_MAIL_IN_PASSWORD_FILE cannot be read: {error}.") from None
