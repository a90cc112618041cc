"""Events from before the digests are signed as they are found; the access log goes behind the second wall."""

import secrets
from typing import Any

from django.db import migrations

from portal.foundation.access.row_security import row_security
from portal.foundation.audit.digests import digest_of

_MINE = "nullif(current_setting('portal.organisation', true), '')::bigint"
_BATCH = 5_000
_TRIGGER = "pgtrigger_append_only_00dfa"
# As they are at this point of the history, in the order that AuditEvent.signed_values gives.
_COLUMNS = (
    "id",
    "occurred_at",
    "type",
    "actor_user_id",
    "actor_name",
    "actor_audience",
    "organisation_id",
    "subject_type",
    "subject_reference",
    "payload",
    "request_id",
)


def _signed(values: tuple[object, ...]) -> bytes:
    once = secrets.token_bytes(8)
    return once + digest_of(["audit event", *values, once])


def sign_events(apps: Any, schema_editor: Any) -> None:
    """Batch by batch: memory does not grow with the table. The guard that forbids changes is off meanwhile."""
    events = apps.get_model("audit", "AuditEvent").objects
    found = list(events.filter(id__gt=0).order_by("id").values_list(*_COLUMNS)[:_BATCH])
    if not found:
        return
    schema_editor.execute(f"alter table audit_auditevent disable trigger {_TRIGGER}")
    while found:
        digests = [_signed(row[1:]) for row in found]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "update audit_auditevent event set digest = signed.digest"
                " from unnest(%s::bigint[], %s::bytea[]) signed (id, digest) where event.id = signed.id",
                [[row[0] for row in found], digests],
            )
        found = list(events.filter(id__gt=found[-1][0]).order_by("id").values_list(*_COLUMNS)[:_BATCH])
    schema_editor.execute(f"alter table audit_auditevent enable trigger {_TRIGGER}")


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_access_log_digests_and_seals'),
    ]

    operations = [
        migrations.RunPython(sign_events, migrations.RunPython.noop, elidable=True),
        row_security(
            "audit_accessentry",
            through=f"organisation_id = {_MINE} or patient_organisation_ids @> array[{_MINE}]",
        ),
    ]
