"""The sample users and requests: each at another stage, so that every page about them has something to show."""

from __future__ import annotations

import pytest

from portal.accounts.models import Invitation
from portal.casework.models import Case, ChangeRequest
from portal.demo import load

pytestmark = pytest.mark.django_db


def test_requests_wait_for_a_call_an_approval_and_the_commissioner() -> None:
    load.load()
    stages = set(ChangeRequest.objects.values_list("kind", "state"))
    assert stages == {("main_contact", "verifying"), ("main_contact", "approving"), ("closure", "commissioner")}
    assert Case.objects.get(kind="enquiry").state == "resolved"


def test_an_invitation_waits() -> None:
    load.load()
    assert Invitation.objects.get().state == "waiting"
