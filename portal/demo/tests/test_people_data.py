"""The sample users and requests: each at another stage, so that every page about them has something to show."""

from __future__ import annotations

import pytest

from portal.accounts.models import Invitation
from portal.casework.models import Case, ChangeRequest
from portal.demo import load
from portal.records.models import Bag
from portal.records.searches.models import SearchTask

pytestmark = pytest.mark.django_db


def test_requests_wait_for_a_call_an_approval_and_the_commissioner() -> None:
    load.load()
    stages = set(ChangeRequest.objects.values_list("kind", "state"))
    assert stages == {
        ("main_contact", "verifying"),
        ("main_contact", "approving"),
        ("closure", "commissioner"),
        ("closure", "applying"),
    }
    assert Case.objects.get(kind="enquiry").state == "resolved"


def test_an_invitation_waits() -> None:
    load.load()
    assert Invitation.objects.get().state == "waiting"


def test_a_closing_practice_has_records_that_leave_and_some_that_are_looked_for() -> None:
    load.load()
    states = Bag.objects.filter(movement__reason="closure").values_list("state", flat=True)
    assert sorted(states) == ["missing", "missing", "requested", "requested"]
    asked = SearchTask.objects.filter(bag__movement__reason="closure", holder__code="Z99002")
    assert set(asked.values_list("state", flat=True)) == {"asked"}
