"""Log lines as JSON: one line an entry, UTC, with the request's id, and only fields on the list."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from portal.foundation.request_id import current_request_id

ALLOWED_FIELDS = ("kind", "attempts", "method", "status", "route", "milliseconds", "seal")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object. Extra fields not on the list are dropped: deny by default."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": current_request_id(),
        }
        entry |= {name: getattr(record, name) for name in ALLOWED_FIELDS if hasattr(record, name)}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True)
