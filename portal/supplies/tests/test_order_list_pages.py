"""The list of a site's orders: search, filter, pages, exports; the same cost however long it is (J6)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.supplies.cards import contractor_cards
from portal.supplies.models import Order
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.tests.order_history import write_history
from portal.supplies.tests.warehouse import delivered, dispatched

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _member(*roles: str, **fields: Any) -> Membership:
    return MembershipFactory(roles=list(roles or ("supplies_order_clerk",)), **fields)


def _address(membership: Membership, rest: str = "") -> str:
    return f"/o/{membership.organisation.code}/supplies/orders/{rest}"


def _order(membership: Membership, **item: Any) -> Order:
    level = StockLevelFactory(item=CatalogueItemFactory(**item), on_hand=50)
    return place(contractor_actor(membership), (level.item, 2))


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_newest_order_comes_first(sign_in: SignIn) -> None:
    clerk = _member()
    first, second = _order(clerk), _order(clerk)
    page = _page(sign_in(clerk), _address(clerk))
    assert page.index(second.reference) < page.index(first.reference)


def test_a_site_sees_its_own_orders_only(sign_in: SignIn) -> None:
    clerk, stranger = _member(), _member()
    foreign = _order(stranger)
    for rest in ("", "export.csv"):
        response = sign_in(clerk).get(_address(clerk, rest))
        content = response.getvalue() if response.streaming else response.content  # type: ignore[attr-defined]
        assert foreign.reference not in content.decode()
    assert sign_in(clerk).get(_address(stranger)).status_code == 404


def test_an_empty_list_says_what_to_do(sign_in: SignIn) -> None:
    clerk, reader = _member(), _member("read_only")
    assert "Order supplies</a>" in _page(sign_in(clerk), _address(clerk))
    assert "There are no orders yet" in _page(sign_in(reader), _address(reader))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=NEEDLE", {"needles"}),
        ("words=specimen", {"cups"}),
        ("group=moving", {"cups"}),
        ("group=open", {"needles"}),
        ("group=finished", set()),
        ("words=%25", set()),
        ("words=%00", {"needles", "cups"}),
        ("group=nonsense", {"needles", "cups"}),
        ("placed_from_day=1&placed_from_month=1&placed_from_year=2020", {"needles", "cups"}),
        ("placed_to_day=1&placed_to_month=1&placed_to_year=2020", set()),
        ("placed_to_day=31&placed_to_month=12&placed_to_year=9999", {"needles", "cups"}),
        ("placed_from_day=31&placed_from_month=2&placed_from_year=2026", {"needles", "cups"}),
        ("page=99999999999", {"needles", "cups"}),
    ],
)
def test_the_list_is_narrowed_and_nonsense_narrows_nothing(sign_in: SignIn, query: str, found: set[str]) -> None:
    clerk = _member()
    orders = {
        "needles": _order(clerk, code="NEEDLE-21G", name="Green needles"),
        "cups": _order(clerk, code="CUP", name="Specimen cups"),
    }
    dispatched(orders["cups"])
    page = _page(sign_in(clerk), f"{_address(clerk)}?{query}")
    assert {name for name, order in orders.items() if f">{order.reference}</a>" in page} == found


def test_a_reference_is_found_by_its_beginning(sign_in: SignIn) -> None:
    clerk = _member()
    first, second = _order(clerk), _order(clerk)
    page = _page(sign_in(clerk), f"{_address(clerk)}?words={first.reference.lower()}")
    assert first.reference in page and f">{second.reference}</a>" not in page


def test_what_needs_the_reader_is_what_the_reader_may_do(sign_in: SignIn) -> None:
    clerk = _member()
    approver = _member("order_approver", organisation=clerk.organisation)
    waiting = _order(clerk, approval_required=True)
    arrived = _order(clerk)
    delivered(arrived)
    shown = {}
    for person in (clerk, approver):
        page = _page(sign_in(person), f"{_address(person)}?group=you")
        shown[person] = {order.reference for order in (waiting, arrived) if f">{order.reference}</a>" in page}
    assert shown == {clerk: {arrived.reference}, approver: {waiting.reference}}


def test_the_dashboard_counts_what_the_list_shows() -> None:
    clerk = _member()
    approver = _member("order_approver", organisation=clerk.organisation)
    _order(clerk, approval_required=True)
    delivered(_order(clerk))
    cards = {card.title: card for card in contractor_cards(contractor_actor(approver))}
    assert (cards["Orders that need you"].value, cards["Orders that need you"].hint) == (
        "1",
        "1 order to approve or reject",
    )
    cards = {card.title: card for card in contractor_cards(contractor_actor(clerk))}
    assert (cards["Orders that need you"].value, cards["Orders that need you"].hint) == ("1", "1 delivery to confirm")
    assert cards["Orders that need you"].address.endswith("/orders/?group=you")
    assert contractor_cards(contractor_actor(_member("deputy"))) != []


def test_part_of_an_order_that_arrived_waits_to_be_confirmed() -> None:
    clerk = _member()
    level, gone = StockLevelFactory(on_hand=5), StockLevelFactory(on_hand=0)
    delivered(place(contractor_actor(clerk), (level.item, 1), (gone.item, 1)))
    assert "1 delivery to confirm" in [card.hint for card in contractor_cards(contractor_actor(clerk))]


def test_a_late_order_is_marked(sign_in: SignIn) -> None:
    clerk = _member()
    order = _order(clerk)
    Order.objects.filter(pk=order.pk).update(promised_on=timezone.localdate() - timedelta(days=1))
    assert ">Late</strong>" in _page(sign_in(clerk), _address(clerk))


def test_long_lists_have_pages_that_keep_the_filter(sign_in: SignIn) -> None:
    clerk = _member()
    write_history(clerk, CatalogueItemFactory(), orders=30)
    page = _page(sign_in(clerk), f"{_address(clerk)}?group=finished")
    assert "?group=finished&amp;page=2" in page
    assert page.count("nhsuk-table__row") == 26


@pytest.mark.parametrize("rest", ["", "?words=test", "?group=you", "?page=2"])
def test_the_list_costs_the_same_however_long_it_is(sign_in: SignIn, rest: str) -> None:
    clerk = _member("main_contact")
    item = CatalogueItemFactory()
    client, sent = sign_in(clerk), {}
    for size in (10, 990):
        write_history(clerk, item, orders=size)
        with counted_queries() as queries:
            _page(client, _address(clerk, rest))
        sent[size] = len(queries)
    assert sent[10] == sent[990] <= 8


def test_an_export_has_one_row_for_each_line_and_keeps_the_filter(sign_in: SignIn) -> None:
    clerk = _member()
    order, other = _order(clerk, name="=HYPERLINK(1)"), _order(clerk, name="Cups")
    client = sign_in(clerk)
    response = client.get(_address(clerk, f"export.csv?words={order.reference}"))
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["Order", order.reference]
    assert rows[1][4] == "'=HYPERLINK(1)"
    response = client.get(_address(clerk, "export.xlsx"))
    sheet = load_workbook(io.BytesIO(response.getvalue())).worksheets[0]  # type: ignore[attr-defined]
    assert [cell.value for cell in sheet["A"]] == ["Order", other.reference, order.reference]
    assert (sheet["E3"].value, sheet["E3"].data_type) == ("=HYPERLINK(1)", "s")
    assert response["Content-Disposition"] == f'attachment; filename="orders-{clerk.organisation.code}.xlsx"'


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx"])
def test_an_export_costs_the_same_queries_however_long_it_is(sign_in: SignIn, name: str) -> None:
    clerk, sent = _member(), {}
    item, client = CatalogueItemFactory(), sign_in(clerk)
    for size in (5, 495):
        write_history(clerk, item, orders=size)
        with counted_queries() as queries:
            client.get(_address(clerk, name)).getvalue()  # type: ignore[attr-defined]
        sent[size] = len(queries)
    assert sent[5] == sent[495] <= 8


def test_somebody_without_the_right_is_refused_with_the_reason(sign_in: SignIn) -> None:
    nobody = MembershipFactory()
    for rest in ("", "export.csv", "export.xlsx"):
        response = sign_in(nobody).get(_address(nobody, rest))
        assert response.status_code == 403
        assert "does not let you see orders" in response.content.decode()
