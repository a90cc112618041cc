"""Two people of one practice who report the same visit of the courier at once (J9).

The lock makes the second one read that the first was there. With the lock taken out, which was tried, both reports are
taken and the second overwrites the first.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.models import CollectionVisit
from portal.records.permissions import MOVE_RECORDS
from portal.records.services.report_missed_collection import report_missed_collection
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
REPORTING = "portal.records.services.report_missed_collection"


def _two_reports(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    site = OrganisationFactory(contractor_type="gp")
    on = timezone.localdate() - timedelta(days=1)
    visit = CollectionVisit.objects.create(organisation=site, on=on, usual_on=on, opens=time(9), closes=time(13))
    people = [
        Actor(name=name, audience="contractor", organisation_id=site.id, permissions=frozenset({MOVE_RECORDS.code}))
        for name in ("Kofi", "Ann")
    ]
    Meeting().after(monkeypatch, f"{REPORTING}.why_not_reported")
    return at_once(*[lambda who=who: report_missed_collection(who, visit.reference, "") for who in people])


def test_a_visit_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_reports(monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["CollectionVisit", "Conflict"]
    [refused] = [result for result in results if isinstance(result, Conflict)]
    assert CollectionVisit.objects.get().reported_by_name in str(refused)


def test_without_the_lock_both_reports_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        f"{REPORTING}.lock_visit", lambda _, reference: CollectionVisit.objects.get(reference=reference)
    )
    results = _two_reports(monkeypatch)
    assert [type(result).__name__ for result in results] == ["CollectionVisit"] * 2
    assert AuditEvent.objects.filter(type="records.collection_missed").count() == 2
