"""The nightly join: a stored record whose patient is registered somewhere leaves by itself (J26).

So does what another practice has of a patient who was known here as two (ADR 36): its bags may come from anywhere.

130,000 records stayed in the store because nobody compared the two lists. Registrations start most movements at once;
this finds those that slipped through: entered later, cancelled, or begun while the record was on the road.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict
from portal.foundation.worker import one_after_another, one_by_one, some_at_once
from portal.records.models import Holder, Movement, PaperRecord, RecordPart
from portal.records.permissions import START_MOVEMENTS
from portal.records.places import holder_of
from portal.records.services.start_movement import StartMovement, start
from portal.records.widening import add_to_movement

_AT_ONCE = 500  # records in a transaction
_MOST = 50_000  # records that one comparison finds: to compare again for each transaction would take hours

# What may go to the practice of its patient, and is not on its way.
_WANTED_AT_HOME = """
      part.state = 'kept' and patient.registered_at_id is not null and not patient.has_died
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
"""
# One pass over the parts in stores, by index; patients and open bags are looked up by key.
_FORGOTTEN = f"""
select distinct part.record_id from records_recordpart part
join records_holder holder on holder.id = part.holder_id and holder.kind = 'store'
join records_paperrecord record on record.id = part.record_id
join registrations_registeredpatient patient on patient.id = record.patient_id
where part.record_id > %s and {_WANTED_AT_HOME}
order by part.record_id limit %s
"""  # noqa: S608  our own words
# The same for patients into whom another was joined, and also from practices: few, found by the index of the joined.
_APART = f"""
select part.record_id, part.holder_id, array_agg(distinct part.id) from registrations_registeredpatient merged
join registrations_registeredpatient patient on patient.id = merged.merged_into_id
join records_paperrecord record on record.patient_id = patient.id
join records_recordpart part on part.record_id = record.id
join records_holder holder on holder.id = part.holder_id and holder.kind in ('store', 'practice')
where merged.merged_into_id is not null and holder.organisation_id is distinct from patient.registered_at_id
  and {_WANTED_AT_HOME} and (%s::bigint is null or record.id = %s)
group by part.record_id, part.holder_id
order by part.record_id, part.holder_id
"""  # noqa: S608  our own words


def join_everything() -> int:
    """Starts the movement of every forgotten record, some hundred in a transaction; returns how many.

    Usually the two lists are compared once. Where very many are forgotten, once for each ``_MOST`` of them.
    """
    actor, started = system_actor("The store", START_MOVEMENTS), list[int]()

    def send_what_is_apart() -> None:
        with system_scope():
            apart = sorted({record_id for record_id, *_ in _apart()})
        one_by_one(apart, lambda each: started.append(send_rest_home(actor, each)), name=_name)

    def send_forgotten() -> None:
        found = _all_forgotten()
        started.append(some_at_once(found, lambda some: send_home(actor, some), size=_AT_ONCE, name=_name))

    one_after_another(apart=send_what_is_apart, forgotten=send_forgotten)
    return sum(started)


def _all_forgotten() -> Iterator[int]:
    found, last = _forgotten(0), 0
    while found:
        yield from found
        last = found[-1]
        found = _forgotten(last) if len(found) == _MOST else []


def _name(record_id: int) -> str:
    return f"record {record_id}"


def _forgotten(after: int) -> list[int]:
    """Ids of records after this one; at most ``_MOST`` of them are held in memory."""
    with system_scope(), connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, [after, _MOST])
        return [row[0] for row in cursor.fetchall()]


def _apart(record_id: int | None = None) -> list[tuple[int, int, list[int]]]:
    """Ids of records of joined patients, of holders that have something of them, and of parts that belong elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(_APART, [record_id, record_id])
        return list(cursor.fetchall())


@service(START_MOVEMENTS)
def send_rest_home(actor: Actor, record_id: int) -> int:
    """Sends to the practice of a joined patient what others have of the record; how many movements took it on."""
    with system_scope():
        taken = bring_together(actor, record_id)
    if not taken:
        nothing_changed()
    return taken


def bring_together(actor: Actor, record_id: int) -> int:
    """The part of it that other services use, which may see every row. Records the events.

    Bags go with a movement of the same record from there that nobody has bagged yet, else with one of their own.
    """
    taken = 0
    for _, holder_id, parts in _apart(record_id):
        record = PaperRecord.objects.select_related("patient__registered_at").get(id=record_id)
        origin, home = Holder.objects.get(id=holder_id), record.patient.registered_at
        if home is None:
            break
        command = StartMovement(
            record=record,
            origin=origin,
            destination=holder_of(home),
            reason="returning" if origin.kind == "store" else "registration",
            parts=frozenset(parts),
        )
        try:
            with transaction.atomic():
                taken += add_to_movement(actor, command) or start(actor, command) is not None
        except Conflict:
            continue  # it moved, or came home, since the list was read
    return taken


@service(START_MOVEMENTS)
def send_home(actor: Actor, record_ids: Sequence[int]) -> int:
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
