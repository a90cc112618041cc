"""One order for several sites: the sheet, the check page, one real order a site, linked (issue 5)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import scope_of_site, set_scope, system_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.joint_sites import MOST_SITES
from portal.supplies.models import BasketLine, CatalogueItem, JointOrder, Order, SuppliesAccount
from portal.supplies.services.add_to_basket import add_for_another_site
from portal.supplies.services.fill_baskets import fill_baskets
from portal.supplies.services.place_joint_order import PlaceJointOrder, place_joint_order
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    place,
)

pytestmark = pytest.mark.django_db


def member_of_several(
    number: int = 2, roles: tuple[str, ...] = ("supplies_order_clerk",), **organisation: Any
) -> list[Membership]:
    """One person's memberships at so many sites."""
    first = MembershipFactory(roles=list(roles))
    others = [
        MembershipFactory(user=first.user, organisation=OrganisationFactory(**organisation), roles=list(roles))
        for _ in range(number - 1)
    ]
    return [first, *others]


def stocked(**values: Any) -> CatalogueItem:
    return StockLevelFactory(item=CatalogueItemFactory(**values), on_hand=100).item


def command_for(lines: dict[Membership, dict[CatalogueItem, int]], **values: Any) -> PlaceJointOrder:
    """Fills the baskets and makes the command that the check page would send."""
    seen = {}
    for membership, wanted in lines.items():
        fill_basket(contractor_actor(membership), *wanted.items())
        seen[membership.organisation.code] = {item.code: packs for item, packs in wanted.items()}
    return PlaceJointOrder(**{"submission": uuid.uuid4(), "seen": seen, **values})


def test_each_site_gets_a_real_order_of_its_own_under_one_reference() -> None:
    main, branch = member_of_several()
    item = stocked()
    command = command_for({main: {item: 2}, branch: {item: 3}})
    joint = place_joint_order(contractor_actor(main), command)

    orders = {order.organisation_id: order for order in Order.objects.filter(joint=joint)}
    assert joint.deliveries == len(orders) == 2
    for membership, packs in ((main, 2), (branch, 3)):
        order, site = orders[membership.organisation_id], membership.organisation
        assert [(line.item_id, line.quantity) for line in order.lines.all()] == [(item.id, packs)]
        assert (order.delivery_name, order.delivery_postcode) == (site.name, site.postcode)
        assert order.promised_on is not None
    assert not BasketLine.objects.exists()
    assert AuditEvent.objects.filter(type="supplies.order_placed").count() == 2
    assert AuditEvent.objects.get(type="supplies.joint_ordered").payload["deliveries"] == 2
    assert OutboxMessage.objects.filter(kind="supplies.order_placed").count() == 2


def test_the_same_submission_again_is_the_same_joint_order_and_takes_nothing_from_the_baskets() -> None:
    main, branch = member_of_several()
    item = stocked()
    command = command_for({main: {item: 2}, branch: {item: 3}})
    first = place_joint_order(contractor_actor(main), command)
    fill_basket(contractor_actor(main), (item, 1))
    assert place_joint_order(contractor_actor(main), command) == first
    assert Order.objects.count() == 2
    assert BasketLine.objects.get().quantity == 1


def test_each_sites_own_rules_decide_approval() -> None:
    main, branch = member_of_several()
    SuppliesAccount.objects.create(organisation=branch.organisation, approval_required=True)
    item = stocked()
    joint = place_joint_order(contractor_actor(main), command_for({main: {item: 1}, branch: {item: 1}}))
    states = dict(Order.objects.filter(joint=joint).values_list("organisation_id", "state"))
    assert states == {main.organisation_id: "accepted", branch.organisation_id: "awaiting_approval"}


def test_a_problem_at_one_site_places_nothing_anywhere_and_names_every_problem() -> None:
    main, branch = member_of_several()
    item = stocked(maximum_quantity=10)
    command = command_for({main: {item: 2}, branch: {item: 11}})
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        place_joint_order(contractor_actor(main), command)
    assert list(refused.value.errors) == [f"{branch.organisation.code}:{item.code}"]
    assert not Order.objects.exists()
    assert not JointOrder.objects.exists()
    assert BasketLine.objects.count() == 2


def test_a_site_that_is_closed_is_named() -> None:
    main, branch = member_of_several(status="closed")
    item = stocked()
    command = command_for({main: {item: 2}, branch: {item: 1}})
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        place_joint_order(contractor_actor(main), command)
    assert "not an open site" in refused.value.errors[branch.organisation.code]


def test_a_reason_typed_on_the_check_page_goes_to_the_line_of_its_site() -> None:
    main, branch = member_of_several()
    item = stocked()  # 10 is usual
    lines = {main: {item: 12}, branch: {item: 1}}
    command = command_for(lines, reasons={main.organisation.code: {item.code: "A clinic for flu"}})
    joint = place_joint_order(contractor_actor(main), command)
    order = Order.objects.get(joint=joint, organisation=main.organisation)
    assert order.lines.get().reason == "A clinic for flu"


@pytest.mark.parametrize("number", [1, MOST_SITES + 1])
def test_one_site_or_too_many_sites_are_no_joint_order(number: int) -> None:
    memberships = member_of_several(number)
    item = stocked()
    with pytest.raises(Conflict), transaction.atomic():
        place_joint_order(
            contractor_actor(memberships[0]), command_for({membership: {item: 1} for membership in memberships})
        )


def test_a_basket_that_changed_meanwhile_stops_everything() -> None:
    main, branch = member_of_several()
    item = stocked()
    command = command_for({main: {item: 2}, branch: {item: 3}})
    BasketLine.objects.filter(organisation=branch.organisation).update(quantity=9)
    with pytest.raises(Conflict) as refused, transaction.atomic():
        place_joint_order(contractor_actor(main), command)
    assert branch.organisation.name in refused.value.sentence


def test_the_sheet_fills_the_basket_of_each_site_and_keeps_what_was_not_touched(sign_in: Any) -> None:
    main, branch = member_of_several()
    item, other = stocked(), stocked()
    fill_basket(contractor_actor(branch), (other, 4))
    page = sign_in(main)
    address = f"/o/{main.organisation.code}/supplies/together/"
    html = page.get(address).content.decode()
    assert f"{branch.organisation.code}_quantity-{other.code}" in html
    answer = page.post(
        address,
        {
            f"{main.organisation.code}_quantity-{item.code}": "2",
            f"{main.organisation.code}_shown": "",
            f"{branch.organisation.code}_quantity-{item.code}": "3",
            f"{branch.organisation.code}_quantity-{other.code}": "4",
            f"{branch.organisation.code}_shown": f"{other.code}:4",
            "action": "check",
        },
    )
    assert "/together/check/?site=" in answer["Location"]
    set_scope("system")
    lines = BasketLine.objects.values_list("organisation_id", "item_id", "quantity")
    assert set(lines) == {
        (main.organisation_id, item.id, 2),
        (branch.organisation_id, item.id, 3),
        (branch.organisation_id, other.id, 4),
    }


def test_what_is_wrong_on_the_sheet_stands_at_its_field_and_nothing_is_saved(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked(maximum_quantity=10)
    page = sign_in(main)
    answer = page.post(
        f"/o/{main.organisation.code}/supplies/together/",
        {
            f"{main.organisation.code}_quantity-{item.code}": "2",
            f"{branch.organisation.code}_quantity-{item.code}": "44",
        },
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"#id_{branch.organisation.code}_quantity-{item.code}" in html
    assert 'value="44"' in html
    set_scope("system")
    assert not BasketLine.objects.exists()


def test_from_check_page_to_the_page_of_all_deliveries(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked()
    for membership in (main, branch):
        fill_basket(contractor_actor(membership), (item, 12))
    page: Client = sign_in(main)
    address = f"/o/{main.organisation.code}/supplies/together/check/"
    assert "Why do you need more than 10 packs?" in page.get(address).content.decode()
    seen = {f"{each.organisation.code}_seen": f"{item.code}:12" for each in (main, branch)}
    sent = {**seen, "submission": str(uuid.uuid4())}
    refused = page.post(address, {**sent, f"{main.organisation.code}_reason-{item.code}": "A clinic"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "A clinic" in html
    assert html.count("Say why you need more") == 2  # in the summary and at the site that lacks one
    reasons = {f"{each.organisation.code}_reason-{item.code}": "A clinic" for each in (main, branch)}
    placed = page.post(address, {**sent, **reasons})
    assert placed.status_code == 302
    html = page.get(placed["Location"]).content.decode()
    assert "All orders have been placed." in html
    set_scope("system")
    for order in Order.objects.all():
        assert order.reference in html


def test_each_orders_own_page_says_that_it_was_ordered_together(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked()
    joint = place_joint_order(contractor_actor(main), command_for({main: {item: 1}, branch: {item: 1}}))
    order = Order.objects.get(organisation=branch.organisation)
    html = sign_in(branch).get(f"/o/{branch.organisation.code}/supplies/orders/{order.reference}/").content.decode()
    assert "ordered this together with 1 delivery for other sites" in html
    assert joint.reference in html


def test_the_list_and_its_export_find_an_order_by_the_joint_reference(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked()
    joint = place_joint_order(contractor_actor(main), command_for({main: {item: 1}, branch: {item: 1}}))
    other = place(contractor_actor(main), (item, 1))
    own = Order.objects.get(joint=joint, organisation=main.organisation)
    page, address = sign_in(main), f"/o/{main.organisation.code}/supplies/orders/"
    html = page.get(f"{address}?words={joint.reference}").content.decode()
    assert own.reference in html
    assert other.reference not in html
    text = b"".join(page.get(f"{address}export.csv").streaming_content).decode()
    assert joint.reference in text


def test_a_colleague_at_one_site_sees_that_sites_delivery_and_no_other(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked()
    joint = place_joint_order(contractor_actor(main), command_for({main: {item: 1}, branch: {item: 1}}))
    colleague = MembershipFactory(organisation=branch.organisation, roles=["supplies_order_clerk"])
    own = Order.objects.get(organisation=branch.organisation)
    other = Order.objects.get(organisation=main.organisation)
    html = (
        sign_in(colleague).get(f"/o/{branch.organisation.code}/supplies/together/{joint.reference}/").content.decode()
    )
    assert own.reference in html
    assert other.reference not in html
    assert main.organisation.name not in html
    assert "1 delivery goes to sites whose orders you cannot see" in html


def test_a_stranger_finds_no_joint_order(sign_in: Any) -> None:
    main, branch = member_of_several()
    item = stocked()
    joint = place_joint_order(contractor_actor(main), command_for({main: {item: 1}, branch: {item: 1}}))
    stranger = MembershipFactory(roles=["supplies_order_clerk"])
    page = sign_in(stranger)
    assert page.get(f"/o/{stranger.organisation.code}/supplies/together/{joint.reference}/").status_code == 404
    with scope_of_site(stranger.organisation_id):
        assert not JointOrder.objects.exists()  # the second wall
    with scope_of_site(branch.organisation_id):
        assert JointOrder.objects.exists()


def test_items_are_offered_to_each_site_by_its_type(sign_in: Any) -> None:
    main, dentist = member_of_several(kind="dental_practice", contractor_type="dental")
    stocked(code="ONLY-GP", contractor_types=["gp"])
    html = sign_in(main).get(f"/o/{main.organisation.code}/supplies/together/").content.decode()
    assert f"{main.organisation.code}_quantity-ONLY-GP" in html
    assert f"{dentist.organisation.code}_quantity-ONLY-GP" not in html
    assert "Not for this type of site" in html


def test_somebody_with_one_site_is_told_what_the_page_is_for(sign_in: Any) -> None:
    only = MembershipFactory(roles=["supplies_order_clerk"])
    html = sign_in(only).get(f"/o/{only.organisation.code}/supplies/together/").content.decode()
    assert "You can order for one site only." in html


def test_more_sites_than_a_sheet_holds_have_to_be_chosen(sign_in: Any) -> None:
    memberships = member_of_several(MOST_SITES + 1)
    stocked(code="SOME-FORM")
    page = sign_in(memberships[0])
    address = f"/o/{memberships[0].organisation.code}/supplies/together/"
    assert "SOME-FORM" not in page.get(address).content.decode()
    chosen = "&".join(f"site={each.organisation.code}" for each in memberships[:2])
    assert "SOME-FORM" in page.get(f"{address}?{chosen}").content.decode()


def test_the_sheet_takes_the_same_queries_however_many_items_and_lines(sign_in: Any) -> None:
    main, branch = member_of_several()
    page = sign_in(main)
    address = f"/o/{main.organisation.code}/supplies/together/"
    counts = []
    for number in (1, 10):
        for _ in range(number):
            fill_basket(contractor_actor(branch), (stocked(), 1))
        page.get(address)
        with counted_queries() as queries:
            page.get(address)
        counts.append(len(queries))
        set_scope("system")
    assert counts[0] == counts[1]


def test_an_earlier_order_is_taken_over_to_another_site_by_that_sites_rules(sign_in: Any) -> None:
    main, dentist = member_of_several(kind="dental_practice", contractor_type="dental")
    both, only_gp = stocked(), stocked(contractor_types=["gp"])
    order = place(contractor_actor(main), (both, 2), (only_gp, 1))
    page = sign_in(main)
    address = f"/o/{main.organisation.code}/supplies/orders/{order.reference}/elsewhere/"
    assert dentist.organisation.name in page.get(address).content.decode()
    assert page.post(address).status_code == 422
    answer = page.post(address, {"site": dentist.organisation.code})
    assert answer["Location"] == f"/o/{dentist.organisation.code}/supplies/basket/?done=repeated"
    with system_scope():
        line = BasketLine.objects.get()
        assert (line.organisation_id, line.item_id, line.quantity) == (dentist.organisation_id, both.id, 2)


def test_nobody_fills_a_basket_at_a_site_that_is_not_theirs() -> None:
    main, _ = member_of_several()
    stranger = OrganisationFactory()
    item = stocked()
    order = place(contractor_actor(main), (item, 2))
    for attempt in (
        lambda: add_for_another_site(contractor_actor(main), order.reference, stranger.code),
        lambda: fill_baskets(contractor_actor(main), {stranger.code: {item.code: 1}}),
    ):
        with pytest.raises(NotFound), transaction.atomic():
            attempt()
    assert not BasketLine.objects.exists()
