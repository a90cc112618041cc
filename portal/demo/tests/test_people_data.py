"""The sample users and requests: each at another stage, so that every page about them has something to show."""

from __future__ import annotations

import pytest

from portal.accounts.models import Invitation
from portal.casework.models import Case, ChangeRequest
from portal.demo import load
from portal.serials.models import SerialRange, SerialReceipt
from portal.supplies.models import CatalogueItem

pytestmark = pytest.mark.django_db


def test_requests_wait_for_a_call_an_approval_and_the_commissioner() -> None:
    load.load()
    stages = set(ChangeRequest.objects.values_list("kind", "state"))
    assert stages == {("main_contact", "verifying"), ("main_contact", "approving"), ("closure", "commissioner")}
    assert Case.objects.get(kind="enquiry").state == "resolved"


def test_an_invitation_waits() -> None:
    load.load()
    assert Invitation.objects.get().state == "waiting"


def test_every_numbered_form_has_numbers_in_a_store() -> None:
    load.load()
    load.load()
    items = set(CatalogueItem.objects.filter(serial_numbered=True).values_list("id", flat=True))
    assert items and set(SerialRange.objects.values_list("item_id", flat=True)) == items
    assert SerialReceipt.objects.count() == len(items)
