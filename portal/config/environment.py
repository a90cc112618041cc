"""What the environment decides, read once and typed.

Every variable the portal knows is a field here; nothing else reads ``os.environ``.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PROJECT_DIR = Path(__file__).resolve().parents[2]
MODES = ("demo", "test", "production")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings a deployer chooses; ``read_environment`` fills it."""

    mode: str
    data_dir: Path
    database_url: str
    database_owner_url: str
    secret_key: str
    old_secret_keys: list[str]
    audit_key: str
    old_audit_keys: list[str]
    allowed_hosts: list[str]
    secure_cookies: bool
    email_url: str
    from_email: str
    scanner: str
    mail_in: str
    mail_in_password_file: str
    base_url: str
    trusted_proxy_count: int
    nhs_font: bool
    web_workers: int
    web_threads: int


def read_environment(variables: dict[str, str] | None = None) -> Environment:
    """Reads and checks the environment.

    Raises ImproperlyConfigured, naming the variable, when a value is missing or not understood.
    """
    source = dict(os.environ) if variables is None else variables
    mode = source.get("PORTAL_MODE", "production")
    if mode not in MODES:
        raise ImproperlyConfigured(f"PORTAL_MODE is {mode!r}; it must be one of {', '.join(MODES)}.")
    data_dir = Path(source.get("PORTAL_DATA") or PROJECT_DIR / ".portal").resolve()
    if mode == "production" and not source.get("DATABASE_URL"):
        raise ImproperlyConfigured("DATABASE_URL is not set. Production uses a PostgreSQL of its own, not the demo's.")
    database_url = source.get("DATABASE_URL") or _embedded_url(data_dir, "portal_app")
    owner_url = source.get("DATABASE_OWNER_URL") or source.get("DATABASE_URL")
    return Environment(
        mode=mode,
        data_dir=data_dir,
        database_url=database_url,
        database_owner_url=owner_url or _embedded_url(data_dir, "portal_owner"),
        secret_key=_key(source, "PORTAL_SECRET_KEY", mode, data_dir / "secret_key"),
        old_secret_keys=_words(source.get("PORTAL_OLD_SECRET_KEYS", "")),
        audit_key=_key(source, "PORTAL_AUDIT_KEY", mode, data_dir / "audit_key"),
        old_audit_keys=_words(source.get("PORTAL_OLD_AUDIT_KEYS", "")),
        allowed_hosts=_words(source.get("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]")),
        secure_cookies=_boolean(source, "PORTAL_SECURE_COOKIES", default=mode == "production"),
        email_url=source.get("PORTAL_EMAIL_URL", ""),
        from_email=source.get("PORTAL_FROM_EMAIL", "portal@localhost"),
        scanner=_scanner(source),
        mail_in=source.get("PORTAL_MAIL_IN", ""),
        mail_in_password_file=source.get("PORTAL_MAIL_IN_PASSWORD_FILE", ""),
        base_url=source.get("PORTAL_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        trusted_proxy_count=_whole_number(source, "PORTAL_TRUSTED_PROXIES", default=0),
        nhs_font=_boolean(source, "PORTAL_NHS_FONT", default=False),
        web_workers=_whole_number(source, "PORTAL_WORKERS", default=2),
        web_threads=_whole_number(source, "PORTAL_THREADS", default=4),
    )


def _embedded_url(data_dir: Path, role: str) -> str:
    """The address of the database that ``bin/start`` runs inside the data folder."""
    from portal.demo.postgres import socket_dir  # the demo knows where its own server listens

    return f"postgresql://{role}@/portal?host={socket_dir(data_dir)}&port=5432"


def _key(source: dict[str, str], name: str, mode: str, key_file: Path) -> str:
    """A key: given, or (never in production) made once and kept in the data folder."""
    if key := source.get(name):
        if mode == "production" and len(key) < 50:
            raise ImproperlyConfigured(f"{name} must have at least 50 characters.")
        return key
    if mode == "production":
        raise ImproperlyConfigured(f"{name} is not set. Production needs a key of at least 50 characters.")
    if mode == "test":
        return "only-for-tests-" * 5
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_file.touch(mode=0o600)
        key_file.write_text(secrets.token_urlsafe(50))
    return key_file.read_text()


def _scanner(source: dict[str, str]) -> str:
    """ClamAV's address, or '' for none: nothing but a real scanner can be named here."""
    address = source.get("PORTAL_SCANNER", "").strip()
    socket_of_this_machine = address.startswith("clamd:/") and not address.startswith("clamd://")
    over_the_network = re.fullmatch(r"clamd://([\w.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?", address)
    if address and not socket_of_this_machine and not over_the_network:
        raise ImproperlyConfigured(
            f"PORTAL_SCANNER is {address!r}; write clamd:/path/of/its/socket, clamd://host:port, or nothing."
        )
    return address


def _boolean(source: dict[str, str], name: str, *, default: bool) -> bool:
    value = source.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")


def _whole_number(source: dict[str, str], name: str, *, default: int) -> int:
    value = source.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
    return int(value)


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]
