"""Issue 5: a practice sees how its use compares with similar sites, as a picture that reads as a table."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.supplies.tests.factories import contractor_actor, place
from portal.supplies.usage.collect import collect_usage
from portal.supplies.usage.tests.test_usage import an_item, others, used
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_somebody_sees_what_is_unusual(visit: Visit, javascript: bool, width: int) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    reader = visit(member, javascript=javascript, width=width)
    reader.go("supplies:usage", code=reader.code)
    reader.sees("Nothing has been added up for your site yet.")
    reader.looks_right("usage-none")

    needles, cups, few = an_item(name="Needles, green"), an_item(name="Cups"), an_item(name="Folders")
    others(needles, 11)
    others(cups, 11)
    used(member.organisation, needles, 44)
    used(member.organisation, cups, 6)
    used(member.organisation, few, 2)
    place(contractor_actor(member), (few, 1))
    collect_usage()
    reader.go("supplies:orders", code=reader.code)
    reader.follow("How your use compares with similar sites")
    reader.sees("What is unusual")
    reader.sees("As others do")
    reader.sees("Too few other sites order these")
    reader.looks_right("usage")
