"""A practice's looks are found by rows of their own: behind row security no index answers what an array holds."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.foundation.access import Actor
from portal.foundation.access.row_security import scope_of_site, system_scope
from portal.foundation.audit.access_log import looked, looks_at
from portal.foundation.audit.models import AccessEntry, LookSite
from portal.foundation.invariants import Broken, all_invariants, find_broken
from portal.records.tests.factories import a_patient, a_practice, organisation_of

pytestmark = pytest.mark.django_db


def _clerk(organisation_id: int) -> Actor:
    return Actor(name="Clerk", audience="contractor", user_id=7, organisation_id=organisation_id)


def _looked(by: int, at: int) -> AccessEntry:
    patient = a_patient(registered_at_id=at).reference
    with scope_of_site(by):
        looked(_clerk(by), [patient], purpose="care", page="a page")
    with system_scope():
        return AccessEntry.objects.latest("id")


def _broken() -> list[Broken]:
    with system_scope():
        return find_broken([each for each in all_invariants() if each.code == "audit.looks_are_shown_to_their_sites"])


def test_a_look_is_shown_to_both_sites_once_and_each_reads_only_that_it_sees_it() -> None:
    here, there = (organisation_of(a_practice()).id for _ in range(2))
    entry, own = _looked(here, there), _looked(here, here)
    with system_scope():
        kept = LookSite.objects.order_by("id").values_list("organisation_id", "entry")
        assert set(kept) == {(here, entry.pk), (there, entry.pk), (here, own.pk)} and len(kept) == 3
    with scope_of_site(there):
        assert list(LookSite.objects.values_list("organisation_id", "entry")) == [(there, entry.pk)]
        assert [each.pk for each in looks_at(_clerk(there))] == [entry.pk]
    assert not _broken()


def test_what_a_site_sees_cannot_be_taken_away_or_made_up_unseen() -> None:
    here = organisation_of(a_practice()).id
    entry = _looked(here, here)
    with system_scope():
        with pytest.raises(DatabaseError), transaction.atomic():
            LookSite.objects.all().delete()
        LookSite.objects.create(organisation_id=here + 1, entry=entry)
    assert _broken()


def test_a_look_that_its_site_does_not_see_comes_to_light() -> None:
    here = organisation_of(a_practice()).id
    with connection.cursor() as cursor:
        cursor.execute("alter table audit_accessentry disable trigger user")
    _looked(here, here)
    assert _broken()


def test_a_site_s_looks_come_newest_first_from_an_index_behind_the_second_wall() -> None:
    """Seen to fail with ``patient_organisation_ids__contains``: the whole log was read for a site with few looks."""
    here = organisation_of(a_practice()).id
    _looked(here, here)
    with scope_of_site(here), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
        query = looks_at(_clerk(here))[:26].query
        cursor.execute("explain " + query.sql_with_params()[0], query.sql_with_params()[1])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "look_of_site_once" in plan and f"Index Cond: (organisation_id = {here})" in plan, plan
