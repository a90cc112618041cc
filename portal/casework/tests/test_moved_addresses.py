"""E-mails and bookmarks with the addresses that cases had before still lead to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import opened, reporter, staff_member

pytestmark = pytest.mark.django_db


def test_the_old_addresses_lead_to_the_new_ones(sign_in: Callable[..., Client]) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    case, other = opened(reporter(clerk)), opened()
    base = f"/o/{clerk.organisation.code}"
    for client, start in ((sign_in(clerk), base), (sign_in(staff_member()), "/staff")):
        for rest in ("", "?page=2", f"{case.reference}/", f"{case.reference}/write/"):
            answer = client.get(f"{start}/problems/{rest}")
            assert (answer.status_code, answer["Location"]) == (301, f"{start}/cases/{rest}")
    assert sign_in(clerk).get(f"{base}/problems/{other.reference}/").status_code == 404
    assert sign_in(clerk).post(f"{base}/problems/{case.reference}/write/", {"body": "x"}).status_code == 405
