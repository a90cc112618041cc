"""A mail server for tests: IMAP over TLS on this machine, with a certificate of its own."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """E-mails by their uid, the flags set on them, and every command it was given."""

    emails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    refuses: str = ""  # a command it answers NO to
    port: int = 0

    def answer(self, tag: str, line: str) -> Iterator[bytes]:
        """What it says to one command."""
        self.commands.append(line)
        if self.refuses and line.upper().startswith(self.refuses):
            yield f"{tag} NO not today\r\n".encode()
            return
        if line == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif line.startswith("LOGIN") and "right" not in line:
            yield f"{tag} NO wrong\r\n".encode()
            return
        elif line.startswith("SELECT"):
            yield f"* {len(self.emails)} EXISTS\r\n".encode()
        elif line.startswith("UID SEARCH"):
            unseen = [str(uid) for uid in self.emails if "Seen" not in self.flags.get(uid, "")]
            yield f"* SEARCH {' '.join(unseen)}\r\n".encode()
        elif line.startswith("UID FETCH"):
            uid, most = map(int, re.findall(r"FETCH (\d+) .*<0\.(\d+)>", line)[0])
            raw = self.emails[uid][:most]
            yield f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        elif line.startswith("UID STORE"):
            uid, flags = re.findall(r"STORE (\d+) \+FLAGS (.*)", line)[0]
            self.flags[int(uid)] = flags
        yield f"{tag} OK done\r\n".encode()


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """The server, running; its certificate is ``certificate.pem`` in the folder."""
    server = MailServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(folder))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, context, server), daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, context: ssl.SSLContext, server: MailServer) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                _talk(connection, server)


def _talk(connection: ssl.SSLSocket, server: MailServer) -> None:
    with connection.makefile("rwb") as stream:
        stream.write(b"* OK ready\r\n")
        stream.flush()
        while command := stream.readline():
            tag, _, line = command.decode().strip().partition(" ")
            for said in server.answer(tag, line):
                stream.write(said)
            stream.flush()
            if line == "LOGOUT":
                return


def _certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(pem), str(private)
