# ruff: noqa: S608  our own words
"""The chain of custody as foreign keys, and the second wall around records."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from portal.foundation.access.row_security import row_security

_MINE = "nullif(current_setting('portal.organisation', true), '')::bigint"
_MY_MOVEMENT = f"m.origin_organisation_id = {_MINE} or m.destination_organisation_id = {_MINE}"
_MY_HOLDER = f"(select h.id from records_holder h where h.organisation_id = {_MINE})"

# A link begins where the one before ended; a part is where its newest link ended. Both ends are keys, so that
# nothing, not even raw SQL, can make a gap, a jump, or a part in two places (R4, trust I5 and I6).
_CHAIN = """
alter table records_custodyevent add constraint custody_begins_where_the_last_ended
    foreign key (part_id, previous, from_holder_id)
    references records_custodyevent (part_id, sequence, to_holder_id);
alter table records_recordpart add constraint record_part_is_its_chain
    foreign key (id, sequence, holder_id)
    references records_custodyevent (part_id, sequence, to_holder_id) deferrable initially deferred;
"""
_UNCHAINED = """
alter table records_recordpart drop constraint record_part_is_its_chain;
alter table records_custodyevent drop constraint custody_begins_where_the_last_ended;
"""


class Migration(migrations.Migration):

    dependencies = [("records", "0001_initial"), ("registrations", "0002_settled_questions")]

    operations = [
        RunSQL(_CHAIN, _UNCHAINED),
        row_security("records_movement", through=_MY_MOVEMENT.replace("m.", "")),
        row_security(
            "records_bag", through="exists (select 1 from records_movement m where m.id = records_bag.movement_id)"
        ),
        row_security("records_label", through="exists (select 1 from records_bag b where b.id = records_label.bag_id)"),
        row_security(
            "records_recordpart",
            through=f"organisation_id = {_MINE}"
            " or exists (select 1 from records_bag b where b.part_id = records_recordpart.id)",
        ),
        row_security(
            "records_paperrecord",
            through="exists (select 1 from records_movement m where m.record_id = records_paperrecord.id)"
            f" or exists (select 1 from records_recordpart p where p.record_id = records_paperrecord.id"
            f" and p.organisation_id = {_MINE})",
        ),
        row_security(
            "records_custodyevent",
            through=f"from_holder_id in {_MY_HOLDER} or to_holder_id in {_MY_HOLDER}"
            " or exists (select 1 from records_movement m where m.id = records_custodyevent.movement_id)",
        ),
        row_security("records_scan", through="false"),
        row_security("records_discrepancy", "shown_to_id"),
        # A practice reads who a record is about where it may see the record; the record's own policy decides.
        RunSQL(
            "create policy portal_own_records on registrations_registeredpatient for select using"
            " (exists (select 1 from records_paperrecord r where r.patient_id = registrations_registeredpatient.id))",
            "drop policy portal_own_records on registrations_registeredpatient",
        ),
    ]
