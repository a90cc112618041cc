"""One order's page, and what a site does from it: cancel, approve, reject, confirm, report, print (J6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import Case
from portal.supplies.models import Consignment, Order
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.tests.warehouse import delivered, dispatched, staff_actor

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _member(*roles: str, **fields: Any) -> Membership:
    return MembershipFactory(roles=list(roles or ("supplies_order_clerk",)), **fields)


def _order(membership: Membership, *, lines: int = 1, on_hand: int = 50, reason: str = "", **item: Any) -> Order:
    levels = [StockLevelFactory(item=CatalogueItemFactory(**item), on_hand=on_hand) for _ in range(lines)]
    return place(contractor_actor(membership), *[(level.item, 2) for level in levels], reason=reason)


def _address(order: Order, rest: str = "") -> str:
    return f"/o/{order.organisation.code}/supplies/orders/{order.reference}/{rest}"


def _page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_page_says_who_has_it_when_it_comes_and_what_is_next(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    consignment = dispatched(order)
    page = _page(sign_in(clerk), _address(order))
    for words in (
        "On its way",
        "15502 4471",
        consignment.reference,
        "The carrier delivers it",
        "1 TEST STREET",
        "Promised by",
    ):
        assert words in page
    assert "began to pick the order" in page and "picked 2 of" not in page  # the warehouse's own events stay inside


@pytest.mark.parametrize("done", ["placed", "approved", "rejected", "cancelled", "confirmed", "disputed"])
def test_a_notice_says_what_was_just_done(sign_in: SignIn, done: str) -> None:
    clerk = _member()
    assert "nhsuk-notification-banner--success" in _page(sign_in(clerk), _address(_order(clerk), f"?done={done}"))


def test_hostile_words_are_shown_as_they_are(sign_in: SignIn) -> None:
    clerk = _member()
    said = '<img src=x onerror=alert(1)> {{ 777 * 777 }} "\u202e'
    order = _order(clerk, reason=said, usual_quantity=1)
    for rest in ("", "print/", "cancel/"):
        page = _page(sign_in(clerk), _address(order, rest))
        assert "<img src=x" not in page and "603729" not in page


def test_a_page_shows_only_what_the_reader_may_do(sign_in: SignIn) -> None:
    clerk = _member()
    reader = _member("read_only", organisation=clerk.organisation)
    approver = _member("order_approver", organisation=clerk.organisation)
    order = _order(clerk, approval_required=True)
    of_clerk, of_reader, of_approver = (_page(sign_in(person), _address(order)) for person in (clerk, reader, approver))
    assert "/cancel/" in of_clerk and "/report/" in of_clerk and "/repeat/" in of_clerk and "/save/" in of_clerk
    assert "/approve/" not in of_clerk and "somebody else decides" in of_clerk
    assert not any(each in of_reader for each in ("/cancel/", "/approve/", "/report/", "/repeat/", "/save/"))
    assert "/print/" in of_reader
    assert "/approve/" in of_approver and "/reject/" in of_approver and "/cancel/" not in of_approver


def test_another_sites_order_does_not_exist(sign_in: SignIn) -> None:
    order, stranger = _order(_member()), _member("main_contact")
    for rest in ("", "print/", "cancel/", "approve/", "reject/", "report/"):
        foreign = f"/o/{stranger.organisation.code}/supplies/orders/{order.reference}/{rest}"
        assert sign_in(stranger).get(foreign).status_code == 404
        assert sign_in(stranger).get(_address(order, rest)).status_code == 404


def test_the_page_costs_the_same_however_large_the_order_is(sign_in: SignIn) -> None:
    clerk = _member()
    client, sent = sign_in(clerk), {}
    for lines in (1, 30):
        order = _order(clerk, lines=lines)
        delivered(order)
        with counted_queries() as queries:
            _page(client, _address(order))
        sent[lines] = len(queries)
    assert sent[1] == sent[30] <= 10


def test_cancelling_asks_why_and_says_what_ends(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    client = sign_in(clerk)
    assert "This will not be sent" in _page(client, _address(order, "cancel/"))
    wrong = client.post(_address(order, "cancel/"), {})
    assert wrong.status_code == 422 and "Choose why you cancel." in wrong.content.decode()
    answer = client.post(_address(order, "cancel/"), {"reason": "no longer needed"})
    assert answer["Location"] == _address(order, "?done=cancelled")
    assert "cannot" not in _page(client, answer["Location"])
    assert Order.objects.get().state == "cancelled"


def test_what_still_comes_is_said_before_cancelling(sign_in: SignIn) -> None:
    clerk = _member()
    there, gone = StockLevelFactory(on_hand=5), StockLevelFactory(on_hand=0)
    order = place(contractor_actor(clerk), (there.item, 1), (gone.item, 1))
    start_picking(staff_actor(), order.reference)
    page = _page(sign_in(clerk), _address(order, "cancel/"))
    assert "This still comes" in page and page.index(gone.item.name) < page.index(there.item.name)


def test_what_can_no_longer_be_cancelled_says_so_at_once(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    start_picking(staff_actor(), order.reference)
    assert "/cancel/" not in _page(sign_in(clerk), _address(order))
    assert "can no longer be cancelled" in _page(sign_in(clerk), _address(order, "cancel/"), status=409)


def test_what_a_site_cancels_goes_to_another_site_that_waits(sign_in: SignIn) -> None:
    """By the page, because it acts behind the row wall of one organisation, and the other order is beyond it."""
    clerk, level = _member(), StockLevelFactory(on_hand=2)
    holding = place(contractor_actor(clerk), (level.item, 2))
    waiting = place(contractor_actor(_member()), (level.item, 1))
    assert waiting.state == "back_ordered"
    sign_in(clerk).post(_address(holding, "cancel/"), {"reason": "no longer needed"})
    waiting.refresh_from_db()
    assert waiting.state == "accepted"


def test_two_clicks_cancel_once(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    client, command = sign_in(clerk), {"reason": "no longer needed", "submission": str(uuid.uuid4())}
    answers = [client.post(_address(order, "cancel/"), command) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [_address(order, "?done=cancelled")] * 2


def test_an_approver_approves(sign_in: SignIn) -> None:
    clerk = _member()
    approver = _member("order_approver", organisation=clerk.organisation)
    order = _order(clerk, approval_required=True, reason="A flu clinic")
    client = sign_in(approver)
    assert "A flu clinic" in _page(client, _address(order, "approve/"))
    assert client.post(_address(order, "approve/"))["Location"] == _address(order, "?done=approved")
    assert f"{approver.user.name} decided it" in _page(client, _address(order, "approve/"), status=409)


def test_nobody_opens_the_approval_of_an_own_order(sign_in: SignIn) -> None:
    contact = _member("main_contact")
    _member("order_approver", organisation=contact.organisation)
    order = _order(contact, approval_required=True)
    for rest in ("approve/", "reject/"):
        assert "You placed this order yourself" in _page(sign_in(contact), _address(order, rest), status=403)


def test_not_approving_needs_a_reason_that_the_orderer_reads(sign_in: SignIn) -> None:
    clerk = _member()
    approver = _member("order_approver", organisation=clerk.organisation)
    order = _order(clerk, approval_required=True)
    client = sign_in(approver)
    wrong = client.post(_address(order, "reject/"), {"reason": "  "})
    assert wrong.status_code == 422
    assert client.post(_address(order, "reject/"), {"reason": "Enough <b>here</b>"}).status_code == 302
    assert "Enough &lt;b&gt;here&lt;/b&gt;" in _page(sign_in(clerk), _address(order))


def _receipt(consignment: Consignment) -> str:
    return _address(consignment.order, f"consignments/{consignment.reference}/receipt/")


def test_a_receipt_is_filled_in_with_what_was_sent(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    consignment = delivered(order)
    code, client = order.lines.get().item_code, sign_in(clerk)
    assert 'value="2"' in _page(client, _receipt(consignment))
    answer = client.post(_receipt(consignment), {code: "2", "note": ""})
    assert answer["Location"] == _address(order, "?done=confirmed")
    assert "has already confirmed" in _page(client, _receipt(consignment), status=409)


@pytest.mark.parametrize("packs", ["", "-1", "3", "many", "1.5", "99999999999999999999", "\x00", "２"])
def test_a_number_that_cannot_be_comes_back_with_a_sentence(sign_in: SignIn, packs: str) -> None:
    clerk = _member()
    consignment = delivered(_order(clerk))
    answer = sign_in(clerk).post(_receipt(consignment), {consignment.lines.get().line.item_code: packs, "note": "kept"})
    if packs == "２":  # a full-width two is a two
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert "kept" in answer.content.decode()


def test_less_than_was_sent_shows_the_case_on_the_orders_page(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    consignment = delivered(order)
    client = sign_in(clerk)
    answer = client.post(_receipt(consignment), {order.lines.get().item_code: "1", "note": "Box open"})
    assert answer["Location"] == _address(order, "?done=disputed")
    page = _page(client, answer["Location"])
    assert Case.objects.get().reference in page and "Problem reported" in page and "(1 confirmed)" in page
    again = _page(client, _receipt(consignment))
    assert "need not come any more" in again and 'value="1"' in again


def test_a_report_knows_the_order_and_leads_to_its_case(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    consignment = delivered(order)
    client = sign_in(clerk)
    address = _address(order, f"consignments/{consignment.reference}/report/")
    assert consignment.reference in _page(client, address)
    wrong = client.post(address, {"kind": "", "details": "x" * 2_001})
    assert wrong.status_code == 422 and "x" * 2_001 in wrong.content.decode()
    answer = client.post(address, {"kind": "damaged", "details": "The box was wet"})
    case = Case.objects.get()
    assert answer["Location"] == f"/o/{order.organisation.code}/cases/{case.reference}/?done=opened"
    assert "We have your report" in _page(client, answer["Location"])


def test_an_order_prints_with_its_consignments(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    consignment = delivered(order)
    page = _page(sign_in(clerk), _address(order, "print/"))
    assert consignment.reference in page and "Jo Field" in page and "data-portal-print" in page


@pytest.mark.parametrize("rest", ["cancel/", "approve/", "reject/", "report/"])
def test_a_reader_is_refused_with_the_reason(sign_in: SignIn, rest: str) -> None:
    clerk = _member()
    reader = _member("read_only", organisation=clerk.organisation)
    assert "does not let you" in _page(sign_in(reader), _address(_order(clerk), rest), status=403)
