"""Database rights: the application's role owns nothing and cannot rewrite the record."""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from psycopg import sql


def append_only_tables() -> list[str]:
    """Tables whose model carries the ``append_only`` trigger."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", []))
    )


def apply_grants(application_role: str) -> None:
    """Gives ``application_role`` what the site needs: rows, sequences, temporary tables; no more.

    Run by the owner after every migration. Append-only tables lose UPDATE and DELETE, every table TRUNCATE.
    Also closes pgtrigger's switch: ``pgtrigger.ignore`` must not turn a guard off in production.
    """
    role = sql.Identifier(application_role)
    with connection.cursor() as cursor:
        for statement in (
            "revoke all on all tables in schema public from {role}",
            "grant usage on schema public to {role}",
            "grant select, insert, update, delete on all tables in schema public to {role}",
            "grant usage, select on all sequences in schema public to {role}",
            "revoke insert, update, delete on django_migrations from {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=role))
        cursor.execute(
            sql.SQL("grant temporary on database {database} to {role}").format(
                database=sql.Identifier(connection.settings_dict["NAME"]), role=role
            )
        )
        for table in append_only_tables():
            cursor.execute(
                sql.SQL("revoke update, delete on {table} from {role}").format(table=sql.Identifier(table), role=role)
            )
        cursor.execute(
            "create or replace function _pgtrigger_should_ignore(trigger_name name) returns boolean"
            " language sql stable as 'select false'"
        )
