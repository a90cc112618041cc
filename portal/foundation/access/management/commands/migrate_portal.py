"""``bin/portal migrate-portal``: tables, the cache's table, and the application role's rights."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from portal.foundation.audit.grants import apply_grants

OLDEST_VERSION = 150_000


class Command(BaseCommand):
    """Brings the database up to this version of the portal. Run as the owner's role."""

    help = "Create or update the tables and the application role's rights (as the owner's role)."

    def handle(self, **options: Any) -> None:
        connection.ensure_connection()
        if connection.connection.info.server_version < OLDEST_VERSION:
            raise CommandError("The portal needs PostgreSQL 15 or newer.")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        application = conninfo_to_dict(settings.ENVIRONMENT.database_url).get("user")
        if application and application != connection.settings_dict["USER"]:
            apply_grants(str(application))
        self.stdout.write("The database is up to date.")
