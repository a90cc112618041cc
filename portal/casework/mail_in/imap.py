"""A folder on an IMAP server, over TLS only."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from portal.casework.mail_in.message import LARGEST
from portal.casework.mail_in.waiting import Waiting

_PATIENCE = 30.0  # seconds for each answer of the server
_SEEN, _FOR_A_PERSON = r"(\Seen)", r"(\Seen \Flagged)"


class MailServerRefused(RuntimeError):
    """The server did not do what it was asked for."""


class ImapBox:
    """A folder whose unseen e-mails are read. Reading does not mark them; marking does."""

    def __init__(self, host: str, port: int, user: str, password: str, folder: str) -> None:
        self._where = host, port
        self._who = user, password
        self._folder = folder
        self._server: imaplib.IMAP4_SSL

    def __enter__(self) -> ImapBox:
        """Signs in. Raises OSError or MailServerRefused when that cannot be; no message holds the password."""
        host, port = self._where
        self._server = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=_PATIENCE)
        try:
            try:
                self._server.login(*self._who)
            except imaplib.IMAP4.error:
                raise MailServerRefused(f"{host} does not let {self._who[0]} sign in.") from None
            self._ask("SELECT", *self._server.select(_quoted(self._folder)))
        except BaseException:
            self._server.shutdown()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        with suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()

    def waiting(self, most: int) -> Iterator[Waiting]:
        """The unseen e-mails, oldest first."""
        (numbers, *_) = self._ask("SEARCH", *self._server.uid("SEARCH", "UNSEEN"))
        for uid in (numbers or b"").split()[:most]:
            raw = self._fetch(uid.decode("ascii"))
            if raw is not None:
                mark = partial(self._mark, uid.decode("ascii"))
                yield Waiting(uid.decode("ascii"), raw, partial(mark, _SEEN), partial(mark, _FOR_A_PERSON))

    def _fetch(self, uid: str) -> bytes | None:
        """The first LARGEST + 1 bytes; None when somebody has taken it away."""
        answer = self._ask("FETCH", *self._server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST + 1}>)"))
        return next((bytes(each[1]) for each in answer if isinstance(each, tuple)), None)

    def _mark(self, uid: str, flags: str) -> None:
        self._ask("STORE", *self._server.uid("STORE", uid, "+FLAGS", flags))

    def _ask(self, what: str, status: str, data: list) -> list:  # type: ignore[type-arg]
        if status != "OK":
            said = re.sub(r"[^\x20-\x7e]", "", repr(data))[:200]
            raise MailServerRefused(f"The mail server answered {status} to {what}: {said}")
        return data


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
