"""Where messages leave the portal: an SMTP server, or the demo's mail page."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def transport() -> BaseEmailBackend:
    """The configured mail connection.

    ``PORTAL_EMAIL_URL`` is ``smtp+starttls://user:password@host:587`` or ``smtps://...``; plain
    ``smtp://`` only to this machine. Without one, the demo and the tests keep messages in the
    outbox, where the mail page shows them. Raises ImproperlyConfigured otherwise.
    """
    url = settings.ENVIRONMENT.email_url
    if not url:
        if settings.DEMO or settings.TESTING:
            return get_connection("django.core.mail.backends.dummy.EmailBackend")
        raise ImproperlyConfigured("PORTAL_EMAIL_URL is not set, so no e-mail can be sent.")
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("PORTAL_EMAIL_URL must look like smtp+starttls://user:password@host:587.")
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured("PORTAL_EMAIL_URL: plain smtp:// is for this machine only; use smtp+starttls://.")
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+starttls",
        use_ssl=parts.scheme == "smtps",
        timeout=30,
    )
