"""The nightly join: a stored record whose patient is registered somewhere leaves by itself (J26).

130,000 records stayed in the store because nobody compared the two lists. Registrations start most movements at once;
this finds those that slipped through: entered later, cancelled, or begun while the record was on the road.
"""

from __future__ import annotations

from django.db import connection, transaction

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict
from portal.records.models import Movement, PaperRecord, RecordPart
from portal.records.permissions import START_MOVEMENTS
from portal.records.places import holder_of
from portal.records.services.start_movement import StartMovement, start

_AT_ONCE = 500  # records in a transaction
_MOST = 50_000  # records that one comparison finds: to compare again for each transaction would take hours

# One pass over the parts in stores, by index; patients and open bags are looked up by key.
_FORGOTTEN = """
select distinct part.record_id from records_recordpart part
join records_holder holder on holder.id = part.holder_id and holder.kind = 'store'
join records_paperrecord record on record.id = part.record_id
join registrations_registeredpatient patient on patient.id = record.patient_id
where part.record_id > %s and part.state = 'kept'
  and patient.registered_at_id is not null and not patient.has_died
  and exists (
      select 1 from organisations_organisation home where home.id = patient.registered_at_id and home.status = 'active'
  )
  -- What has left a closing practice for the store does not go back there.
  and not exists (
      select 1 from closures_inventory closing
      where closing.organisation_id = patient.registered_at_id and closing.state <> 'counting'
  )
  and not exists (
      select 1 from records_bag bag join records_movement movement on movement.id = bag.movement_id
      where bag.part_id = part.id and movement.ended_at is null
  )
order by part.record_id limit %s
"""


def join_everything() -> int:
    """Starts the movement of every forgotten record, some hundred in a transaction; returns how many.

    Usually the two lists are compared once. Where very many are forgotten, once for each ``_MOST`` of them.
    """
    actor, started, last = system_actor("The store", START_MOVEMENTS), 0, 0
    while True:
        found = _forgotten(last)
        for first in range(0, len(found), _AT_ONCE):
            started += send_home(actor, found[first : first + _AT_ONCE])
        if len(found) < _MOST:
            return started
        last = found[-1]


def _forgotten(after: int) -> list[int]:
    """Ids of records after this one; at most ``_MOST`` of them are held in memory."""
    with system_scope(), connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, [after, _MOST])
        return [row[0] for row in cursor.fetchall()]


@service(START_MOVEMENTS)
def send_home(actor: Actor, record_ids: list[int]) -> int:
    """Starts the movements of these records from their stores to the practices of their patients.

    One that is on its way by now, or no longer wanted, is passed over.
    """
    started = 0
    with system_scope():
        records = PaperRecord.objects.filter(id__in=record_ids).select_related("patient__registered_at").order_by("id")
        for each in records:
            started += _send(actor, each) is not None
    if not started:
        nothing_changed()
    return started


def _send(actor: Actor, record: PaperRecord) -> Movement | None:
    home = record.patient.registered_at
    part = RecordPart.objects.filter(record=record, holder__kind="store").select_related("holder").first()
    if home is None or part is None:
        return None
    command = StartMovement(record=record, origin=part.holder, destination=holder_of(home), reason="returning")
    try:
        with transaction.atomic():
            return start(actor, command)
    except Conflict:
        return None
