"""J25, J5: staff offers a substitute, and the site answers; what it said beforehand."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory
from portal.supplies.models import Order, Substitution
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute
from portal.supplies.tests.factories import CatalogueItemFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _staff(role: str) -> Membership:
    return MembershipFactory(organisation=OperatorFactory(), roles=[role])


def _waiting(clerk: Membership) -> Order:
    cups = shelf(0, item=CatalogueItemFactory(code="CUP-60", name="Specimen cup 60 ml", unit="box"))
    shelf(20, item=CatalogueItemFactory(code="CUP-100", name="Specimen cup 100 ml", unit="box"))
    return place(contractor_actor(clerk), (cups.item, 3))


@everywhere
def test_staff_offers_a_substitute_and_the_site_says_yes(visit: Visit, javascript: bool, width: int) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    order = _waiting(member)
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_supplies:item", item="CUP-60")
    keeper.press("What may be sent instead")
    keeper.page.get_by_label("Code of what may be sent instead").fill("cup-100")
    keeper.press("Allow it")
    keeper.sees("The substitute is allowed.")
    keeper.looks_right("substitutes-of-an-item")

    keeper.go("staff_supplies:order", reference=order.reference)
    keeper.looks_right("staff-order-waiting")
    keeper.follow("Send something else")
    keeper.page.get_by_label("3 x Specimen cup 100 ml").check()
    keeper.looks_right("offer-substitute")
    keeper.press("Ask the site")
    keeper.sees("The site has been asked.")

    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.looks_right("order-offer")
    clerk.page.get_by_role("button", name="Answer").click()
    clerk.looks_right("answer-substitute")
    clerk.page.get_by_label("Yes, send it instead").check()
    clerk.press("Answer")
    clerk.sees("Thank you. We send it instead.")
    clerk.sees("3 sent as something else")
    clerk.looks_right("order-substituted")
    assert Substitution.objects.get().state == "accepted"
    assert_books_are_right()


@everywhere
def test_a_site_says_beforehand_that_it_takes_substitutes(visit: Visit, javascript: bool, width: int) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:substitutes", code=clerk.code)
    clerk.page.get_by_label("Yes. Send it, and tell us").check()
    clerk.looks_right("substitutes")
    clerk.press("Save")
    clerk.sees("Your choice about substitutes is saved.")
    order = _waiting(member)
    today = timezone.localdate()
    allow_substitute(KEEPER, AllowSubstitute(item="CUP-60", substitute="CUP-100", valid_from=today))
    keeper = visit(_staff("warehouse_operator"), javascript=javascript, width=width)
    keeper.go("staff_supplies:offer_substitute", reference=order.reference, item="CUP-60")
    keeper.page.get_by_label("3 x Specimen cup 100 ml").check()
    keeper.press("Send it instead")
    keeper.sees("It is sent instead. The site has been told.")
    assert_books_are_right()
