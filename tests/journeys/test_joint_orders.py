"""Issue 5: somebody with a practice and its branch orders for both on one sheet, and each gets its own delivery."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import JointOrder, Order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ["supplies_order_clerk"]


@everywhere
def test_one_sheet_for_a_practice_and_its_branch(visit: Visit, javascript: bool, width: int) -> None:
    main = MembershipFactory(roles=ROLES, organisation=OrganisationFactory(name="Hill Surgery"))
    MembershipFactory(user=main.user, roles=ROLES, organisation=OrganisationFactory(name="Hill Surgery, Quay Branch"))
    needles = StockLevelFactory(item=CatalogueItemFactory(name="Needles, green", unit="box"), on_hand=90).item
    StockLevelFactory(item=CatalogueItemFactory(name="Cups", unit="sleeve", maximum_quantity=15), on_hand=90)
    earlier = place(contractor_actor(main), (needles, 1))
    clerk = visit(main, javascript=javascript, width=width)

    clerk.go("supplies:catalogue", code=clerk.code)
    clerk.follow("Order for several sites")
    clerk.looks_right("joint-sheet")
    clerk.page.get_by_label("How many of Needles, green for Hill Surgery", exact=True).fill("2")
    clerk.page.get_by_label("How many of Needles, green for Hill Surgery, Quay Branch").fill("12")
    clerk.page.get_by_label("How many of Cups for Hill Surgery, Quay Branch").fill("99")
    clerk.press("Continue to check all orders")
    assert clerk.page.title().startswith("Error: ")
    assert clerk.page.get_by_label("How many of Cups for Hill Surgery, Quay Branch").input_value() == "99"
    clerk.looks_right("joint-sheet-with-an-error")
    clerk.page.get_by_label("How many of Cups for Hill Surgery, Quay Branch").fill("")
    clerk.press("Continue to check all orders")

    clerk.sees("There are 2 orders, one for each site.")
    clerk.looks_right("joint-check")
    clerk.press("Place all orders")
    assert clerk.page.title().startswith("Error: ")
    clerk.looks_right("joint-check-with-an-error")
    clerk.page.get_by_label("Why do you need more than 10 boxes?").fill("The branch opens a clinic")
    clerk.press("Place all orders")
    clerk.sees("All orders have been placed.")
    clerk.looks_right("joint-order")

    joint = JointOrder.objects.get()
    branch = Order.objects.get(joint=joint, organisation__name__contains="Quay")
    clerk.follow(branch.reference)
    clerk.sees("ordered this together with 1 delivery for other sites")
    clerk.looks_right("joint-order-of-one-site")
    clerk.follow(f"See {joint.reference}")
    clerk.sees("Each is an order of its site")

    clerk.go("supplies:order", code=clerk.code, reference=earlier.reference)
    clerk.follow("Order the same for another of your sites")
    clerk.looks_right("order-elsewhere")
    clerk.page.get_by_label("Hill Surgery, Quay Branch").check()
    clerk.press("Put into the basket of that site")
    clerk.sees("The items were put into your basket.")
    clerk.sees("Hill Surgery, Quay Branch")
