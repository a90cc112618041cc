"""The portal's own settings, with a bare page beside it and a count of queries on every answer."""

from __future__ import annotations

from portal.config.database import database_settings
from portal.config.settings import *  # noqa: F403
from portal.config.settings import ACCOUNT_RATE_LIMITS, ENVIRONMENT, MIDDLEWARE

DATABASES = {"default": database_settings(ENVIRONMENT.database_url, pooled=True)}
MIDDLEWARE = ["tests.benchmarks.counting.CountQueriesMiddleware", *MIDDLEWARE]
ROOT_URLCONF = "tests.benchmarks.urls"
# The limit is on, and so high that a benchmark does not meet it.
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "record_search": "1000000/1h/user"}
