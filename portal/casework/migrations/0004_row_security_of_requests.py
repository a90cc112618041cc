"""Whatever belongs to a case stands behind the second wall, and a case shows itself to those it concerns (R1)."""

from django.db import migrations

from portal.foundation.access.row_security import row_security

_STAFF_OR = "current_setting('portal.scope', true) in ('staff', 'system') or "
_OWN = (
    "(current_setting('portal.scope', true) = 'contractor'"
    " and organisation_id = nullif(current_setting('portal.organisation', true), '')::bigint)"
    " or (current_setting('portal.scope', true) = 'commissioner'"
    " and commissioner_id = nullif(current_setting('portal.organisation', true), '')::bigint)"
    " or (current_setting('portal.scope', true) = 'requester'"
    " and reference = nullif(current_setting('portal.reference', true), ''))"
)
_OWN_DRAFT = (
    "(current_setting('portal.scope', true) = 'contractor'"
    " and organisation_id = nullif(current_setting('portal.organisation', true), '')::bigint)"
    " or (current_setting('portal.scope', true) = 'requester'"
    " and reference = nullif(current_setting('portal.reference', true), ''))"
)
_CASE = "exists (select 1 from casework_case owning where owning.id = case_id)"
_OF_A_CASE = ("changerequest", "message", "callattempt", "decision", "planstep")


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_people_and_sites")]

    operations = [
        migrations.RunSQL(
            f'alter policy portal_scope on "casework_case" using ({_STAFF_OR}{_OWN}) with check ({_STAFF_OR}{_OWN})',
            migrations.RunSQL.noop,
        ),
        *(row_security(f"casework_{table}", through=_CASE) for table in _OF_A_CASE),
        row_security("casework_requestdraft", through=_OWN_DRAFT),
        # Numbers on file, and tokens: for the staff and for services that look beyond their actor.
        row_security("casework_verifiedcontact", through="false"),
        row_security("casework_emaillink", through="false"),
    ]
