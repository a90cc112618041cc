"""Virus scanners: what they answer, and how ClamAV is asked."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
SECONDS = 60.0


class ScannerUnavailable(Exception):
    """The scanner gave no answer that counts: it is down, too slow, or complains. The file stays in quarantine."""


@dataclass(frozen=True)
class Verdict:
    """``found`` is the name of what was found, '' for nothing."""

    found: str = ""


class Scanner(Protocol):
    """Something that knows viruses. ``name`` is kept with each file it looked at."""

    name: str

    def scan(self, content: bytes) -> Verdict:
        """Looks at the bytes. Raises ScannerUnavailable."""
        ...


class Clamd:
    """ClamAV's daemon, asked with INSTREAM: the bytes travel to it, so it needs no right to our folder.

    ``address`` is ``clamd:/run/clamav/clamd.ctl`` (a socket of this machine) or ``clamd://host:3310``.
    The protocol has no encryption, so only a host of one's own network will do.
    """

    name = "ClamAV"

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(address)
        self._socket_path = "" if parts.netloc else parts.path
        self._host, self._port = parts.hostname or "", parts.port or 3310
        self._seconds = seconds

    def scan(self, content: bytes) -> Verdict:
        """ClamAV's answer; an error, a limit it met or silence is none. Raises ScannerUnavailable."""
        try:
            with self._connect() as connection:
                answer = self._ask(connection, content)
        except OSError as error:
            raise ScannerUnavailable(f"{type(error).__name__}: {error}") from error
        return _verdict(answer)

    def _connect(self) -> socket.socket:
        if not self._socket_path:
            return socket.create_connection((self._host, self._port), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._seconds)
            connection.connect(self._socket_path)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _ask(connection: socket.socket, content: bytes) -> bytes:
        try:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it stops listening when its own limit is met, and says so
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            answer += part
        return answer


def _verdict(answer: bytes) -> Verdict:
    """``stream: OK`` and ``stream: <name> FOUND`` are answers; nothing else is, so nothing else lets a file out."""
    if not answer.endswith(b"\0"):
        raise ScannerUnavailable("The scanner's answer broke off.")
    text = answer.rstrip(b"\0").decode(errors="replace").strip()
    if text == "stream: OK":
        return Verdict()
    if text.startswith("stream: ") and text.endswith(" FOUND"):
        return Verdict(found=text.removeprefix("stream: ").removesuffix(" FOUND")[:200] or "something without a name")
    raise ScannerUnavailable(f"The scanner said {text[:200]!r}.")


class NoScanner:
    """Nobody configured a scanner, so nothing leaves quarantine."""

    name = "none"

    def scan(self, content: bytes) -> Verdict:
        """Raises ScannerUnavailable."""
        raise ScannerUnavailable("No virus scanner is configured: set PORTAL_SCANNER.")


def configured_scanner() -> Scanner:
    """The scanner that FILE_SCANNER names: '' for none, ClamAV's address, or the dotted name of a class."""
    chosen: str = settings.FILE_SCANNER
    if not chosen:
        return NoScanner()
    if chosen.startswith("clamd:"):
        return Clamd(chosen)
    scanner: Scanner = import_string(chosen)()
    return scanner
