"""Fills a database with records: ``python -m tests.benchmarks.records_fill NUMBER`` prints a visitor's cookies.

The numbers belong to nobody (they begin with 9), every tenth patient's is of the old style. The records lie with a
hundred practices alike, so that a practice's own lists grow with the whole. One record in twenty has come to its
practice by a movement that has ended, one in ten is on its way to it now. Digests are marked as the benchmark's:
looking up reads none.
"""

from __future__ import annotations

import re
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from portal.accounts.models import Membership  # noqa: E402
from portal.accounts.tests.factories import MembershipFactory  # noqa: E402
from portal.accounts.tests.sign_in import sign_in  # noqa: E402
from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.foundation.invariants import all_invariants, find_broken  # noqa: E402
from portal.foundation.workdays.models import Holiday  # noqa: E402
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory  # noqa: E402
from portal.records.places import holder_of, own_place  # noqa: E402
from tests.benchmarks.bulk import filled_at_once, one, run  # noqa: E402

PRACTICES = 100
SITE = "Z90001"
STAFF_ROLES = ["records_operator", "data_manager"]
TABLES = (
    "registrations_registeredpatient", "records_paperrecord", "records_recordpart", "records_custodyevent",
    "records_movement", "records_bag", "records_label",
)  # fmt: skip
# Nine digits and the check digit of modulus 11; numbers whose check digit would be 10 are passed over.
_DIGITS = " + ".join(f"(stem / 1{'0' * power}) % 10 * {power + 2}" for power in range(9))


def reference(prefix: str, number: str) -> str:
    """SQL for a public reference of the usual shape; those that follow each other lie far apart, as real ones do."""
    letters = f"translate(reverse(lpad({number}::text, 8, '0')), '0123456789', 'CDFGHJKMNP')"
    return f"'{prefix}-' || left({letters}, 4) || '-' || right({letters}, 4)"


def patients(registered_at: str) -> str:
    """SQL for so many patients; ``registered_at`` is an expression over ``row``, their number, for their practice."""
    return f"""
insert into registrations_registeredpatient (id, reference, nhs_number, old_number, authority, family_name, names,
    born_on, address_lines, postcode, record_in_store, has_died, may_leave, registered_at_id, record_at_id)
select row, {reference("PT", "row")},
    case when row / 100 % 10 = 5 then '' else stem::text || (11 - rest) % 11 end,
    case when row / 100 % 10 = 5 then 'ZZ' || row || '/7' else '' end,
    case when row / 100 % 10 = 5 then 'ZZ' else '' end,
    'TESTER', 'ANN', date '1930-01-01' + (row * 37 % 32000)::int, '{{}}', '', false, false, false,
    {registered_at}, {registered_at}
from (
    select stem, rest, row_number() over () as row
    from (select stem, ({_DIGITS}) % 11 as rest from generate_series(900000000, 900000000 + %(most)s) stem) numbers
    where rest <> 1
) valid
where row <= %(number)s
"""


RECORDS = f"""
insert into records_paperrecord (id, reference, patient_id, old_number, is_sealed, entered_at)
select id, {reference("PR", "id")}, id, '', false, now() - interval '1 year'
from registrations_registeredpatient
"""
# What is on its way lies with the courier; everything else with the patient's practice.
_PARTS = """
insert into records_recordpart (id, record_id, number, kind, state, state_since, holder_id, organisation_id,
    since, sequence, digest)
select patient.id, patient.id, 1, 'original', 'kept', now(),
    case when patient.id / 100 % 10 = 1 then %(courier)s else holder.id end,
    case when patient.id / 100 % 10 = 1 then null else holder.organisation_id end, now() - interval '1 day',
    case when patient.id / 100 % 10 = 1 then 2 else 1 end, '\\x00'
from registrations_registeredpatient patient join records_holder holder
    on holder.organisation_id = patient.registered_at_id
"""
_LINKS = """
insert into records_custodyevent (part_id, sequence, from_holder_id, to_holder_id, movement_id, happened_at,
    recorded_at, proof, scan_key, place, note, by_name, digest)
select part.id, 1, null, case when part.sequence = 1 then part.holder_id else (%(holders)s::bigint[])[1 + (part.id + 1)
    % array_length(%(holders)s::bigint[], 1)] end,
    null, now() - interval '1 year', now(), 'entered', '', '', 'Benchmark', 'Benchmark', '\\x00'
from records_recordpart part
"""
_SECOND_LINKS = """
insert into records_custodyevent (part_id, sequence, from_holder_id, to_holder_id, movement_id, happened_at,
    recorded_at, proof, scan_key, place, note, by_name, digest)
select part_id, 2, to_holder_id, %(courier)s, part_id, now() - interval '1 day', now(), 'scanned', '', '', '',
    'Benchmark', '\\x00'
from records_custodyevent where part_id / 100 % 10 = 1
"""
_MOVEMENTS = f"""
insert into records_movement (id, reference, record_id, origin_id, destination_id, origin_organisation_id,
    destination_organisation_id, state, state_since, reason, flags, is_urgent, urgent_reason, asked_at, asked_by_name,
    expected_by, wanted_reference, ended_at, end_note)
select part.id, {reference("MV", "part.id")}, part.id, origin.id, goal.id, origin.organisation_id,
    goal.organisation_id, case when part.id / 100 % 10 = 1 then 'in_transit' else 'in_storage' end, now(),
    'registration',
    '{{}}', false, '', now() - interval '10 days', 'Benchmark', current_date + (part.id % 5)::int - 2, '',
    case when part.id / 100 % 10 = 1 then null else now() - interval '1 day' end, ''
from records_recordpart part
join records_holder origin on origin.id = (%(holders)s::bigint[])[1 + (part.id + 1) % array_length(%(holders)s, 1)]
join registrations_registeredpatient patient on patient.id = part.record_id
join records_holder goal on goal.organisation_id = patient.registered_at_id
where part.id / 100 % 10 = 1 or part.id / 100 % 20 = 3
"""
_BAGS = """
insert into records_bag (id, movement_id, part_id, number, state, state_since)
select id, id, record_id, 1, state, now() from records_movement
"""
_LABELS = f"""
insert into records_label (code, bag_id, made_at, made_by_name, void_reason)
select {reference("RL", "id")}, id, now(), 'Benchmark', '' from records_bag
"""
_MODULUS = re.compile(r"%(?!\()")  # the driver takes any other per cent for a place to fill
_PATIENTS = patients(f"(%(sites)s::bigint[])[1 + row % {PRACTICES}]")
SEQUENCES = "select setval(pg_get_serial_sequence('{0}', 'id'), (select max(id) from {0}))"


def fill(number: int) -> None:
    """So many records, each of a patient of its own; prints what a visitor needs."""
    set_scope("system")
    Holiday.objects.create(day="2000-01-01", name="A day off")  # what the bare page shows
    membership = MembershipFactory(
        organisation=OrganisationFactory(code=SITE, kind="gp_practice", contractor_type="gp"),
        roles=["records_movement_clerk"],
    )
    sites = [membership.organisation, *(OrganisationFactory(kind="gp_practice") for _ in range(PRACTICES - 1))]
    values = {
        "number": number,
        "most": number * 12 // 10 + 1000,
        "sites": [each.id for each in sites],
        "holders": [holder_of(each).id for each in sites],
        "courier": own_place("courier").id,
    }
    with filled_at_once(*TABLES):
        for statement in (_PATIENTS, RECORDS, _PARTS, _LINKS, _SECOND_LINKS, _MOVEMENTS, _BAGS, _LABELS):
            write(statement, values)
    for table in TABLES:
        run(SEQUENCES.format(table))
    run("analyze")
    if one("select count(*) from records_paperrecord") != number:
        raise SystemExit("There are not as many records as were asked for.")
    if number <= 100_000 and (broken := find_broken([e for e in all_invariants() if e.code.startswith("records.")])):
        raise SystemExit(f"The records filled in break what must always hold: {broken}")
    _tell("visitor", membership)
    _tell("staff", MembershipFactory(organisation=OperatorFactory(), roles=STAFF_ROLES))
    print(f"site={SITE}")


def write(statement: str, values: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set jit = off")
        cursor.execute(_MODULUS.sub("%%", statement), values)


def _tell(who: str, membership: Membership) -> None:
    print(f"{who}={sign_in(Client(), membership.user)}")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
