"""For whoever watches the portal: is the process alive, is it ready for people."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.foundation.web.views import PublicView


class Live(PublicView):
    """200 as long as the process answers; it asks nothing else, so that a database fault restarts no web server."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Plain text."""
        return HttpResponse("alive\n", content_type="text/plain")


class Ready(PublicView):
    """200 when the database answers and every migration is applied, else 503 with the reason. One query."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """JSON: ``ready`` and, when it is false, ``reason``."""
        reason = _why_not_ready()
        return JsonResponse(
            {"ready": not reason, **({"reason": reason} if reason else {})}, status=503 if reason else 200
        )


def _why_not_ready() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select app, name from django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return "The database does not answer, or holds no portal."
    return "" if _migrations() <= applied else "The database lacks migrations of this version."


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this version of the code."""
    return frozenset(MigrationLoader(None).disk_migrations)
