"""The nightly join in a database of its own: ``python -m tests.benchmarks.join_run NUMBER FORGOTTEN``.

So many records in the store of patients who are registered nowhere, as many registered patients whose records are with
their practices, and among the first some who are registered again: theirs must leave, and nobody else's.
"""

from __future__ import annotations

import resource
import sys
import time

import django

django.setup()

from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.organisations.tests.factories import OrganisationFactory  # noqa: E402
from portal.records.places import holder_of, own_place  # noqa: E402
from portal.records.services.join_store import join_everything  # noqa: E402
from tests.benchmarks.bulk import filled_at_once, one, run  # noqa: E402
from tests.benchmarks.records_fill import RECORDS, SEQUENCES, TABLES, patients, write  # noqa: E402

# Those who are registered again lie everywhere among the stored.
_REGISTERED = """
case when row > %(number)s or row % (%(number)s / %(forgotten)s) = 0 then (%(sites)s::bigint[])[1 + row % 100] end
"""
_PARTS = """
insert into records_recordpart (id, record_id, number, kind, state, state_since, holder_id, organisation_id,
    since, sequence, digest)
select patient.id, patient.id, 1, 'original', 'kept', now(), coalesce(home.id, %(store)s), home.organisation_id,
    now() - interval '1 day', 1, '\\x00'
from registrations_registeredpatient patient
left join records_holder home on home.organisation_id = patient.registered_at_id and patient.id > %(number)s
"""
_LINKS = """
insert into records_custodyevent (part_id, sequence, to_holder_id, happened_at, recorded_at, proof, scan_key, place,
    note, by_name, digest)
select id, 1, holder_id, since, now(), 'entered', '', '', 'Benchmark', 'Benchmark', '\\x00' from records_recordpart
"""
# Of each record that left: is it one that was to, and does it go to its patient's practice?
_WRONG = """
select count(*) from records_movement movement
join records_paperrecord record on record.id = movement.record_id
join registrations_registeredpatient patient on patient.id = record.patient_id
where patient.id > %s or patient.registered_at_id is distinct from movement.destination_organisation_id
    or movement.reason <> 'returning' or movement.state <> 'requested'
"""


def _fill(number: int, forgotten: int) -> None:
    sites = [OrganisationFactory(kind="gp_practice") for _ in range(100)]
    for each in sites:
        holder_of(each)
    values = {
        "number": 2 * number,
        "most": 2 * number * 12 // 10 + 1000,
        "sites": [each.id for each in sites],
    }
    with filled_at_once(*TABLES):
        half = {"number": number, "forgotten": forgotten, "store": own_place("store").id}
        write(patients(_REGISTERED.replace("%(number)s", str(number))), {**values, "forgotten": forgotten})
        for statement in (RECORDS, _PARTS, _LINKS):
            write(statement, half)
    for table in TABLES:
        run(SEQUENCES.format(table))
    run("analyze")


def _timed() -> tuple[int, float]:
    started = time.perf_counter()
    return join_everything(), time.perf_counter() - started


def main(number: int, forgotten: int) -> None:
    """Fills, joins twice, and prints what was done and what it cost."""
    set_scope("system")
    _fill(number, forgotten)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sent, seconds = _timed()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    set_scope("system")
    wrong = one(_WRONG, number)
    if (sent, wrong, one("select count(*) from records_movement")) != (forgotten, 0, forgotten):
        raise SystemExit(f"{sent} of {forgotten} left, {wrong} of them wrongly.")
    again, pass_seconds = _timed()
    if again:
        raise SystemExit(f"{again} left a second time.")
    each = (seconds - pass_seconds) / forgotten * 1000
    print(
        f"| {number:,} | {forgotten:,} | {seconds:.1f} | {pass_seconds:.2f} | {each:.1f} | {before} | {memory} |",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
