"""What must always be true of records (R4; trust I5-I8). Each SQL finds the rows where it is not.

Most of it the database refuses to break; these find what was written past it.
"""

from portal.foundation.invariants import invariant
from portal.records.states import FINAL, MOVEMENT_PRECEDENCE

_FINAL = ", ".join(f"'{state}'" for state in FINAL)
_PRECEDENCE = ", ".join(f"'{state}'" for state in MOVEMENT_PRECEDENCE)

invariant(
    "records.chain_is_unbroken",
    "Each link of a chain of custody begins where the one before ended, without a gap",
    """
    select part_id as part, sequence from (
        select part_id, sequence, from_holder_id,
               lag(to_holder_id) over (partition by part_id order by sequence) as before,
               row_number() over (partition by part_id order by sequence) as place
        from records_custodyevent
    ) link where link.sequence <> link.place or link.from_holder_id is distinct from link.before
    """,
)
invariant(
    "records.part_is_its_chain",
    "A part is where the newest link of its chain ended",
    """
    select part.id as part, part.sequence, newest.sequence as newest
    from records_recordpart part
    left join lateral (
        select sequence, to_holder_id from records_custodyevent link
        where link.part_id = part.id order by sequence desc limit 1
    ) newest on true
    where newest.sequence is distinct from part.sequence or newest.to_holder_id is distinct from part.holder_id
    """,
)
invariant(
    "records.scope_is_the_holder",
    "The organisation of a part is that of its holder, and those of a movement are those of its ends",
    """
    select part.id as part, null as movement from records_recordpart part
    join records_holder holder on holder.id = part.holder_id
    where part.organisation_id is distinct from holder.organisation_id
    union all
    select null, movement.id from records_movement movement
    join records_holder origin on origin.id = movement.origin_id
    join records_holder destination on destination.id = movement.destination_id
    where movement.origin_organisation_id is distinct from origin.organisation_id
       or movement.destination_organisation_id is distinct from destination.organisation_id
    """,
)
invariant(
    "records.movement_is_its_bags",
    "The state of a movement is that of its most worrying, then least advanced bag",
    f"""
    select movement.id as movement, movement.state from records_movement movement
    where movement.state is distinct from (
        select bag.state from records_bag bag where bag.movement_id = movement.id
        order by array_position(array[{_PRECEDENCE}], bag.state) limit 1
    )
    """,  # noqa: S608  our own words
)
invariant(
    "records.part_on_one_movement",
    "No part is on two movements at a time",
    f"""
    select part_id as part, count(*) as movements from records_bag
    where state not in ({_FINAL}) group by part_id having count(*) > 1
    """,  # noqa: S608  our own words
)
invariant(
    "records.arrived_is_there",
    "A part whose last movement ended at its destination was handed to it",
    """
    select bag.id as bag from records_bag bag join records_movement movement on movement.id = bag.movement_id
    where bag.state in ('in_storage', 'in_store') and not exists (
        select 1 from records_custodyevent link
        where link.part_id = bag.part_id and link.to_holder_id = movement.destination_id
    )
    """,
)
invariant(
    "records.planned_follows_its_patient",
    "What a closing practice is to send, and has not left, goes to the open practice where its patient is registered",
    """
    select movement.reference as movement from records_movement movement
    join records_paperrecord record on record.id = movement.record_id
    join registrations_registeredpatient patient on patient.id = record.patient_id and not patient.has_died
    join organisations_organisation home on home.id = patient.registered_at_id and home.status = 'active'
    where movement.ended_at is null and movement.reason = 'closure' and not ('reconstituted' = any(movement.flags))
      and home.id not in (movement.origin_organisation_id, coalesce(movement.destination_organisation_id, 0))
      and not exists (select 1 from records_custodyevent link where link.movement_id = movement.id)
    """,
)
invariant(
    "records.chain_runs_forward",
    "No link of a chain of custody is older than the one before",
    """
    select part_id as part, sequence from (
        select part_id, sequence, happened_at,
               lag(happened_at) over (partition by part_id order by sequence) as before
        from records_custodyevent
    ) link where link.happened_at < link.before
    """,
)
invariant(
    "records.box_is_the_holders",
    "A part lies only in a box of the store that has it",
    """
    select part.id as part, box.code as box from records_recordpart part
    join records_box box on box.id = part.box_id where box.store_id <> part.holder_id
    """,
)
invariant(
    "records.box_is_not_too_full",
    "No more bags lie in a box than it holds",
    """
    select box.code as box, box.capacity, count(*) as bags from records_box box
    join records_recordpart part on part.box_id = box.id group by box.id having count(*) > box.capacity
    """,
)
invariant(
    "registrations.replaced_number_is_nobodys",
    "No patient has an NHS number that another replaced",
    """
    select patient.reference as patient from registrations_registeredpatient patient
    join registrations_supersedednumber old on old.number = patient.nhs_number
    where patient.merged_into_id is null
    """,
)
invariant(
    "registrations.merged_has_nothing_open",
    "A patient who turned out to be another has no parts, no open movement and no wanted one",
    """
    select patient.reference as patient, 'parts' as what from registrations_registeredpatient patient
    join records_paperrecord record on record.patient_id = patient.id
    join records_recordpart part on part.record_id = record.id where patient.merged_into_id is not null
    union
    select patient.reference, 'movement' from registrations_registeredpatient patient
    join records_paperrecord record on record.patient_id = patient.id
    join records_movement movement on movement.record_id = record.id and movement.ended_at is null
    where patient.merged_into_id is not null
    union
    select patient.reference, 'wanted' from registrations_registeredpatient patient
    join registrations_wantedmovement wanted on wanted.patient_id = patient.id and wanted.ended_at is null
    where patient.merged_into_id is not null
    """,
)
invariant(
    "registrations.merged_in_one_step",
    "A patient who turned out to be another leads to one who is nobody else, and has no number that still stands",
    """
    select patient.reference as patient from registrations_registeredpatient patient
    join registrations_registeredpatient today on today.id = patient.merged_into_id
    where today.merged_into_id is not null
       or (
           patient.nhs_number <> ''
           and not exists (select 1 from registrations_supersedednumber old where old.number = patient.nhs_number)
       )
    """,
)
invariant(
    "registrations.waiting_joining_is_of_two",
    "A proposal to join that waits is about two patients, neither of whom turned out to be another",
    """
    select joining.reference as joining from registrations_patientjoining joining
    join registrations_registeredpatient patient on patient.id in (joining.joined_id, joining.survivor_id)
    where joining.state = 'waiting' and patient.merged_into_id is not null
    """,
)
invariant(
    "registrations.joined_as_decided",
    "Whoever two people joined leads to the one who was to remain, or to whom that one turned out to be",
    """
    select joining.reference as joining from registrations_patientjoining joining
    join registrations_registeredpatient gone on gone.id = joining.joined_id
    join registrations_registeredpatient remains on remains.id = joining.survivor_id
    where joining.state = 'joined'
      and gone.merged_into_id is distinct from coalesce(remains.merged_into_id, remains.id)
    """,
)
invariant(
    "registrations.open_bags_are_of_their_record",
    "A bag that is under way is on a movement of the record that its part belongs to",
    f"""
    select bag.id as bag from records_bag bag join records_recordpart part on part.id = bag.part_id
    join records_movement movement on movement.id = bag.movement_id
    where bag.state not in ({_FINAL}) and movement.record_id <> part.record_id
    """,  # noqa: S608  our own words
)
