"""gunicorn's settings: a few processes with threads; templates compiled before the first visitor comes."""

from __future__ import annotations

from typing import Any

from portal.config.environment import read_environment

_environment = read_environment()

workers = _environment.web_workers
worker_class = "gthread"
threads = _environment.web_threads  # at most 8: each may hold one connection of the pool (config/database.py)
preload_app = True  # one copy of code and compiled templates in memory, shared by the workers
timeout = 60
graceful_timeout = 10
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4094
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True  # it would lie in somebody's home; signals are enough


def when_ready(server: Any) -> None:
    """Compiles the pages before the workers fork, so that no visitor waits for it. Opens no connection."""
    from django.template import engines

    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".jinja")):
        environment.get_template(name)
