"""The catalogue's staff pages: who may, what is shown, what is kept when something is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AuditEvent
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory
from portal.supplies.models import CatalogueItem, SuppliesAccount
from portal.supplies.tests.factories import CatalogueItemFactory, StoreFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
CATALOGUE = "/staff/supplies/catalogue/"
HOSTILE = [
    "<script>alert(1)</script>",
    "' or 1=1 --",
    "=1+1",
    "\x00",
    "A" * 5_000,
    "‮fdp",
    "{{ 7*7 }}",
    "%s%n",
    "🤷",
    "../../etc/passwd",
]


def staff(role: str) -> Membership:
    """A member of the operator's staff."""
    return MembershipFactory(organisation=OperatorFactory(), roles=[role])


@pytest.fixture
def keeper(sign_in: SignIn) -> Client:
    """A stock controller's client."""
    return sign_in(staff("stock_controller"))


def _date(name: str, day: Any = "", month: Any = "", year: Any = "") -> dict[str, Any]:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


def typed(**changes: Any) -> dict[str, Any]:
    """A filled item form, sent for the first time."""
    values = {
        "submission": str(uuid.uuid4()),
        "code": "NEW-1",
        "name": "New form",
        "description": "For tests.",
        "item_class": "plain",
        "contractor_types": ["gp"],
        "category": "Tests",
        "unit": "pack",
        "pack_size": "10",
        "minimum_quantity": "1",
        "usual_quantity": "5",
        "maximum_quantity": "20",
        "allowance_quantity": "",
        "allowance_days": "",
        "lead_time": "5",
        "picture": "form",
        "replaced_by": "",
        **_date("valid_from", 1, 1, 2026),
        **_date("valid_to"),
    }
    return {**values, **changes}


def typed_of(item: CatalogueItem, **changes: Any) -> dict[str, Any]:
    """The edit form of a factory's item, filled as the page shows it."""
    shown = {
        "name": item.name,
        "version": str(item.version),
        "contractor_types": item.contractor_types,
        "category": item.category,
        "pack_size": str(item.pack_size),
        "usual_quantity": str(item.usual_quantity),
        "description": item.description,
        **_date("valid_from", 1, 1, 2020),
    }
    return typed(**{**shown, **changes})


# Reading -------------------------------------------------------------------------------------------


def test_the_list_shows_items_and_filters_them(keeper: Client) -> None:
    CatalogueItemFactory(code="AAA-1", name="Blue pad", item_class="secure", contractor_types=["gp"])
    CatalogueItemFactory(code="BBB-2", name="Long needle", item_class="clinical", contractor_types=["dental"])
    page = keeper.get(CATALOGUE).content.decode()
    assert "Blue pad" in page and "Long needle" in page
    for query in ("q=needle", "q=bbb", "item_class=clinical", "contractor_type=dental"):
        page = keeper.get(f"{CATALOGUE}?{query}").content.decode()
        assert "Long needle" in page and "Blue pad" not in page


def test_an_empty_answer_says_what_to_do(keeper: Client) -> None:
    page = keeper.get(f"{CATALOGUE}?q=nothing+like+it").content.decode()
    assert "No item matches." in page and "Show every item" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_filters_are_harmless(keeper: Client, text: str) -> None:
    for address in (CATALOGUE, "/staff/supplies/stock/"):
        for name in ("q", "item_class", "contractor_type", "state", "store", "page"):
            assert keeper.get(address, {name: text}).status_code == 200


def test_the_list_costs_the_same_however_long_it_is(keeper: Client) -> None:
    CatalogueItemFactory.create_batch(3)
    few = queries_of(keeper, CATALOGUE)
    CatalogueItem.objects.bulk_create(CatalogueItemFactory.build_batch(300))
    assert queries_of(keeper, CATALOGUE) == few <= 6


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes when it is asked for the second time."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_the_item_page_shows_rules_and_replacement(keeper: Client) -> None:
    better = CatalogueItemFactory(code="BETTER", name="Better form")
    CatalogueItemFactory(code="OLD", allowance_quantity=30, allowance_days=90, replaced_by=better)
    page = keeper.get(f"{CATALOGUE}OLD/").content.decode()
    assert "30 in any 90 days" in page and "Better form" in page


def test_an_unknown_item_is_not_found(keeper: Client) -> None:
    for address in ("NOPE/", "NOPE/edit/", "NOPE/withdraw/"):
        assert keeper.get(CATALOGUE + address).status_code == 404


def test_readers_see_but_do_not_change(sign_in: SignIn) -> None:
    CatalogueItemFactory(code="AAA-1")
    reader = sign_in(staff("auditor"))
    assert "Edit the item" not in reader.get(f"{CATALOGUE}AAA-1/").content.decode()
    for address in ("add/", "AAA-1/edit/", "AAA-1/withdraw/"):
        response = reader.get(CATALOGUE + address)
        assert response.status_code == 403
        assert "change the catalogue" in response.content.decode()


def test_contractors_and_the_public_are_kept_out(client: Client, sign_in: SignIn) -> None:
    assert client.get(CATALOGUE).status_code == 302
    contractor = sign_in(organisation=OrganisationFactory(), roles=["main_contact"])
    assert contractor.get(CATALOGUE).status_code == 404


# Adding --------------------------------------------------------------------------------------------


def test_an_item_is_added_with_its_event_and_empty_shelves(keeper: Client) -> None:
    StoreFactory()
    response = keeper.post(f"{CATALOGUE}add/", typed(code="new-1"))
    assert response.status_code == 302
    item = CatalogueItem.objects.get(code="NEW-1")
    assert (item.name, item.contractor_types, item.stock_levels.count()) == ("New form", ["gp"], 1)
    assert AuditEvent.objects.about("catalogueitem", "NEW-1").get().type == "supplies.item_added"


def test_a_taken_code_is_said_beside_the_field_and_the_rest_is_kept(keeper: Client) -> None:
    CatalogueItemFactory(code="NEW-1")
    response = keeper.post(f"{CATALOGUE}add/", typed(name="Kept name"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "already an item with the code NEW-1" in page and "Kept name" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maximum_quantity": "2"}, "maximum cannot be below"),
        ({"usual_quantity": "0"}, "usual quantity cannot be below"),
        ({"allowance_quantity": "5"}, "both the packs and the days"),
        ({"minimum_quantity": "-1"}, "0"),
        ({"pack_size": "lots"}, "whole number"),
        ({"lead_time": "999"}, "working days"),
        ({"contractor_types": []}, "Choose who may order it"),
        ({"picture": "photograph"}, "There is a problem"),
        ({"replaced_by": "NOBODY"}, "no item with the code NOBODY"),
        ({"code": "a b"}, "capital letters"),
        (_date("valid_from", 31, 2, 2026), "real date"),
        (_date("valid_to", 1, 1, 2025), "before the first day"),
        ({"name": ""}, "There is a problem"),
    ],
)
def test_a_wrong_value_comes_back_with_a_sentence(keeper: Client, changes: dict[str, Any], words: str) -> None:
    response = keeper.post(f"{CATALOGUE}add/", typed(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not CatalogueItem.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_of_the_item_form_is_harmless(keeper: Client, text: str) -> None:
    for name in typed():
        assert keeper.post(f"{CATALOGUE}add/", typed(**{name: text})).status_code in (302, 422)


# Editing -------------------------------------------------------------------------------------------


def test_an_edit_is_saved_and_stands_readable_in_the_history(keeper: Client) -> None:
    item = CatalogueItemFactory(code="AAA-1", name="Old name")
    assert keeper.post(f"{CATALOGUE}AAA-1/edit/", typed_of(item, name="New name")).status_code == 302
    item.refresh_from_db()
    assert (item.name, item.version) == ("New name", 2)
    assert "Name: New name, before that Old name" in keeper.get(f"{CATALOGUE}AAA-1/").content.decode()


def test_saving_without_a_change_leaves_no_event(keeper: Client) -> None:
    item = CatalogueItemFactory(code="AAA-1")
    assert keeper.post(f"{CATALOGUE}AAA-1/edit/", typed_of(item)).status_code == 302
    assert not AuditEvent.objects.about("catalogueitem", "AAA-1").exists()


def test_when_somebody_was_faster_both_values_are_shown_and_nothing_typed_is_lost(keeper: Client) -> None:
    item = CatalogueItemFactory(code="AAA-1", name="First name")
    mine = typed_of(item, name="My name")
    keeper.post(f"{CATALOGUE}AAA-1/edit/", typed_of(item, name="Their name"))
    response = keeper.post(f"{CATALOGUE}AAA-1/edit/", mine)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else changed this item" in page
    assert "Now: Their name" in page and "You typed: My name" in page
    assert 'value="My name"' in page and 'name="version" value="2"' in page
    assert (
        keeper.post(f"{CATALOGUE}AAA-1/edit/", {**mine, "version": "2", "submission": str(uuid.uuid4())}).status_code
        == 302
    )
    item.refresh_from_db()
    assert (item.name, item.version) == ("My name", 3)


def test_the_code_of_an_item_cannot_be_changed(keeper: Client) -> None:
    item = CatalogueItemFactory(code="AAA-1")
    keeper.post(f"{CATALOGUE}AAA-1/edit/", typed_of(item, code="OTHER"))
    assert CatalogueItem.objects.get().code == "AAA-1"


def test_an_item_is_withdrawn_with_a_replacement(keeper: Client) -> None:
    item, better = CatalogueItemFactory(code="AAA-1"), CatalogueItemFactory(code="BBB-2")
    data = {"version": "1", "submission": str(uuid.uuid4()), "replaced_by": "bbb-2", **_date("valid_to", 1, 3, 2026)}
    assert keeper.post(f"{CATALOGUE}AAA-1/withdraw/", data).status_code == 302
    item.refresh_from_db()
    assert item.replaced_by == better and item.valid_to is not None
    assert "Withdrawn" in keeper.get(f"{CATALOGUE}AAA-1/").content.decode()


def test_replacements_do_not_run_in_a_ring(keeper: Client) -> None:
    first = CatalogueItemFactory(code="AAA-1")
    CatalogueItemFactory(code="BBB-2", replaced_by=first)
    data = {"version": "1", "submission": str(uuid.uuid4()), "replaced_by": "BBB-2", **_date("valid_to", 1, 3, 2026)}
    response = keeper.post(f"{CATALOGUE}AAA-1/withdraw/", data)
    assert response.status_code == 422
    assert "itself replaced by AAA-1" in response.content.decode()


# Ordering rules ------------------------------------------------------------------------------------


def test_the_ordering_rules_are_changed_with_a_reason(sign_in: SignIn) -> None:
    site = OrganisationFactory()
    editor = sign_in(staff("data_manager"))
    address = f"/staff/supplies/accounts/{site.code}/"
    assert "Ordering rules" in editor.get(address).content.decode()
    assert editor.post(address, {"approval_required": "yes", "reason": ""}).status_code == 422
    assert editor.post(address, {"approval_required": "yes", "reason": "Asked by letter."}).status_code == 302
    assert SuppliesAccount.objects.get(organisation=site).approval_required
    event = AuditEvent.objects.about("suppliesaccount", site.code).get()
    assert event.payload == {"approval_required": True, "reason": "Asked by letter."}
    assert event.organisation_id == site.id


def test_the_ordering_rules_of_nobody_are_not_found(sign_in: SignIn) -> None:
    editor = sign_in(staff("data_manager"))
    assert editor.get("/staff/supplies/accounts/NOBODY/").status_code == 404
    assert editor.get(f"/staff/supplies/accounts/{OperatorFactory().code}/").status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_the_ordering_rules_is_harmless(sign_in: SignIn, text: str) -> None:
    site = OrganisationFactory()
    editor = sign_in(staff("data_manager"))
    for data in ({"approval_required": "yes", "reason": text}, {"approval_required": text, "reason": "x"}):
        sent = {**data, "submission": str(uuid.uuid4())}
        assert editor.post(f"/staff/supplies/accounts/{site.code}/", sent).status_code in (302, 422)


def test_only_data_managers_change_ordering_rules(sign_in: SignIn) -> None:
    site = OrganisationFactory()
    assert sign_in(staff("stock_controller")).get(f"/staff/supplies/accounts/{site.code}/").status_code == 403


def test_the_page_of_an_organisation_leads_to_its_ordering_rules(sign_in: SignIn) -> None:
    site = OrganisationFactory()
    page, address = f"/staff/organisations/{site.code}/", f"/staff/supplies/accounts/{site.code}/"
    assert address in sign_in(staff("data_manager")).get(page).content.decode()
    assert address not in sign_in(staff("auditor")).get(page).content.decode()
    assert address not in sign_in(staff("data_manager")).get("/staff/organisations/X4S4L/").content.decode()
