"""Fills a database with cases: ``python -m tests.benchmarks.cases_fill NUMBER`` prints visitors' cookies.

Of 300 sites, ten of them dentists, the visitor's one of them; one in a hundred is of somebody without an account. The
newest thousand are open, however many came before: what differs is the past. Most subjects hold one word of a
thousand, or an order. Each has a message and, unless open, an answer; one in two hundred is a change request.
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
from portal.casework.models import Case  # noqa: E402
from portal.casework.words import words_sql  # noqa: E402
from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.foundation.workdays.models import Holiday  # noqa: E402
from portal.organisations.models import Organisation  # noqa: E402
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory  # noqa: E402
from tests.benchmarks.bulk import filled_at_once, one, run  # noqa: E402

SITE, SITES, DENTAL, OPEN, COLLEAGUES = "Z90001", 300, 10, 1_000, 20
STAFF_ROLES = ["support_agent", "data_manager"]
TABLES = ("casework_case", "casework_caseword", "casework_message", "casework_changerequest")
_MODULUS = re.compile(r"%(?!\()")
_STATE = """
case when id <= %(number)s - %(open)s then case when id % 50 = 0 then 'merged' else 'closed' end
    when id % 5 = 0 then 'received' when id % 5 = 1 then 'waiting' else 'in_progress' end
"""
_SUBJECT = """
case id % 10 when 0 then 'The directory says something else about ' || word when 1 then 'Portal enquiries'
    when 2 then 'Where is our delivery of ' || word || '?' when 3 then 'Question about ' || word
    when 4 then 'Request: closure of ' || word when 5 then 'RE: ' || word || ' and other things'
    else 'Problem with order SO-' || upper(left(md5(id::text), 4)) || '-' || lpad(id::text, 6, '0') || ': packs missing'
end
"""
_CASES = f"""
insert into casework_case (id, reference, organisation_id, kind, enquiry_type, channel, subject, details, payload,
    about_type, about_reference, state, state_since, opened_at, opened_by_id, opened_by_name, opened_by_email, queue,
    owner_id, owner_name, next_action_on, first_reply_due_on, first_replied_at, due_on, paused_on, paused_days,
    waiting_party, waiting_for, waiting_until, waited_in_vain_for, answer, answered_at, closed_at, reopened,
    merged_into_id, rating_comment)
select id, 'CA-' || upper(left(md5(id::text), 4)) || '-' || lpad(id::text, 6, '0'),
    case when id % 101 > 0 then (%(sites)s::bigint[])[1 + id % {SITES}] end,
    case when id % 10 > 5 then 'order_problem' when id % 10 = 0 then 'directory' when id % 200 = 4 then 'closure'
        else 'enquiry' end,
    '', 'portal', {_SUBJECT}, 'What was written', '{{}}', case when id % 10 > 5 then 'order' else '' end,
    case when id % 10 > 5 then 'SO-' || id else '' end, state, at, at, 1,
    (array['Asha', 'Tom', 'Grace', 'Idris', 'Mei'])[1 + id % 5] || ' ' || initcap(left(md5((id % 7000)::text), 7)),
    'person' || id % 20000 || '@example.org', (array['support', 'data', 'approvals', 'supplies'])[1 + id % 4],
    case when state <> 'received' then (%(owners)s::bigint[])[1 + id % {COLLEAGUES}] end, 'Kim Lee',
    case when is_open then current_date + (id % 9)::int - 2 end, at::date + 2, at + interval '1 day',
    at::date + 10, case when state = 'waiting' then at::date end, 0,
    case when state = 'waiting' then (array['requester', 'carrier'])[1 + id % 2] else '' end,
    case when state = 'waiting' then 'DPD' else '' end, case when state = 'waiting' then current_date + 4 end, '',
    case when is_open then '' else 'It was sent again.' end, case when not is_open then at + interval '3 days' end,
    case when not is_open then at + interval '13 days' end, 0, case when state = 'merged' then id - 1 end, ''
from (
    select id, {_STATE} as state, id > %(number)s - %(open)s as is_open,
        'word' || left(md5((id % 1000)::text), 8) as word,
        now() - (%(number)s - id)::float / %(number)s * interval '900 days' as at
    from generate_series(1, %(number)s) id
) numbered
"""
_MESSAGES = """
insert into casework_message (reference, case_id, side, channel, author_name, body, internal, email_message_id, sent_at)
select 'MS-' || id, id, 'staff', 'portal', 'Kim Lee', 'We look into it.', false, '', opened_at from casework_case
"""
_WORDS = f"""
insert into casework_caseword (case_id, word)
select found.* from casework_case cross join lateral ({words_sql("casework_case")}) found
"""
_REQUESTS = """
insert into casework_changerequest (case_id, kind, organisation_id, subject_code, answers, state, state_since,
    requested_by_main_contact, short_notice_because, commissioner_needed, verification_needed, verified_by_id,
    telephone_called, approved_by_id, frozen_by_name, frozen_because, applied_at)
select id, 'closure', organisation_id, 'C' || id, '{}', case when state = 'closed' then 'applied' else 'verifying' end,
    opened_at, false, '', false, true, case when state = 'closed' then 2 end, '', case when state = 'closed' then 3 end,
    '', '', closed_at
from casework_case where kind = 'closure' and state <> 'merged'
"""


def fill(number: int) -> None:
    """So many cases, the newest thousand open; prints what the visitors need."""
    set_scope("system")
    Holiday.objects.create(day="2000-01-01", name="A day off")
    clerk = _member(OrganisationFactory(code=SITE, kind="gp_practice", contractor_type="gp"))
    dental = [OrganisationFactory(kind="dental_practice", contractor_type="dental") for _ in range(DENTAL)]
    others = [OrganisationFactory(kind="gp_practice") for _ in range(SITES - 1 - DENTAL)]
    sites = [clerk.organisation, *dental, *others]
    operator = OperatorFactory()
    staff = [_member(operator, *STAFF_ROLES) for _ in range(COLLEAGUES)]
    values = {
        "number": number, "open": min(OPEN, number // 2), "sites": [each.id for each in sites],
        "owners": [each.user_id for each in staff],
    }  # fmt: skip
    with filled_at_once(*TABLES):
        for statement in (_CASES, _WORDS, _MESSAGES, _REQUESTS):
            _write(statement, values)
    for table in TABLES:
        run(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select coalesce(max(id), 1) from {table}))")
    run("vacuum analyze")
    if one("select count(*) from casework_case") != number:
        raise SystemExit("There are not as many cases as were asked for.")
    _tell("clerk", clerk)
    _tell("staff", staff[0])
    print(f"owner={staff[0].reference}")
    print(f"case={Case.objects.filter(organisation=clerk.organisation).order_by('-id')[0].reference}")
    print(f"word={Case.objects.get(id=number // 20 * 10 + 3).subject.rpartition(' ')[2]}")


def _member(organisation: Organisation, *roles: str) -> Membership:
    member: Membership = MembershipFactory(organisation=organisation, roles=list(roles or ["main_contact"]))
    return member


def _write(statement: str, values: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MODULUS.sub("%%", statement), values)


def _tell(who: str, member: Membership) -> None:
    print(f"{who}={sign_in(Client(), member.user)}")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
