"""A mail server of this machine that counts what it took, and that can be told to fail."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.benchmarks.server import free_port


class MailServer:
    """Takes messages and counts each by its Message-ID.

    ``failing`` says how it fails: "" not at all, "refuses" every recipient, "forgets to answer" after it took the
    message, which is when a sender cannot know.
    """

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.failing = ""
        self._lock = threading.Lock()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """aiosmtpd asks about each recipient."""
        if self.failing == "refuses":
            return "451 Not now"
        envelope.rcpt_tos.append(address)
        return "250 Good"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """aiosmtpd brings the message."""
        with self._lock:
            self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        if self.failing == "forgets to answer":
            server.transport.abort()
        return "250 Taken"

    @property
    def twice(self) -> int:
        """How many messages more came than there are Message-IDs."""
        return sum(self.taken.values()) - len(self.taken)


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[MailServer, str]]:
    """A server while it is needed, and its address as ``PORTAL_EMAIL_URL`` has it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield server, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
