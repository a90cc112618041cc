"""gunicorn's settings: a few processes with threads; templates compiled before the first visitor comes."""

from __future__ import annotations

import os
from typing import Any

workers = int(os.environ.get("PORTAL_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4094
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Compiles the layouts and pages, so that nobody waits for it."""
    from django.template import engines

    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".jinja") and "nhsuk/" not in name):
        environment.get_template(name)
