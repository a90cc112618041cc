"""Nobody edits the record quietly (R2)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.foundation.audit.grants import append_only_tables, apply_grants
from portal.foundation.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    return AuditEvent.objects.create(
        type="tests.thing_done", actor_name="a test", actor_audience="system", subject_type="t", subject_reference="r"
    )


def test_an_event_cannot_be_changed_even_in_bulk(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(id=event.id).update(actor_name="somebody else")


def test_an_event_cannot_be_deleted(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_raw_sql_cannot_change_an_event_either(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update audit_auditevent set actor_name = 'somebody else'")


def test_the_record_and_the_stock_ledger_are_append_only() -> None:
    assert {"audit_auditevent", "supplies_stockmovement"} <= set(append_only_tables())


APPLICATION_ROLE = "portal_app"  # made beside the owner's role by bin/test and bin/start


def test_the_application_role_cannot_rewrite_the_record() -> None:
    # Seen to fail with the revoke taken out of apply_grants: UPDATE is then allowed.
    apply_grants(APPLICATION_ROLE)
    expected = {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    with connection.cursor() as cursor:
        for privilege, allowed in expected.items():
            cursor.execute("select has_table_privilege(%s, 'audit_auditevent', %s)", [APPLICATION_ROLE, privilege])
            assert cursor.fetchone()[0] is allowed, privilege
        cursor.execute("select has_schema_privilege(%s, 'public', 'CREATE')", [APPLICATION_ROLE])
        assert cursor.fetchone()[0] is False
