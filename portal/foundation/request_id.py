"""The id that ties together a request's log lines, events and e-mails."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Starts a request (or a command) and returns its id: 16 hexadecimal digits."""
    value = secrets.token_hex(8)
    _request_id.set(value)
    return value


def current_request_id() -> str:
    """The id of the request under way, or '' outside one."""
    return _request_id.get()
