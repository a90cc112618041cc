"""Select Organisation and Address (J4)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory, UserFactory
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.factories import BasketLineFactory

pytestmark = pytest.mark.django_db
SELECT = "/select-organisation/"


def _several(number: int) -> list[Membership]:
    user = UserFactory()
    return [MembershipFactory(user=user, roles=["supplies_order_clerk"]) for _ in range(number)]


def test_one_organisation_is_chosen_by_itself(sign_in: Any) -> None:
    (membership,) = _several(1)
    assert sign_in(membership).get(SELECT)["Location"] == f"/o/{membership.organisation.code}/"


def test_several_are_offered_with_name_code_and_address(sign_in: Any) -> None:
    memberships = _several(3)
    page = sign_in(memberships[0]).get(SELECT).content.decode()
    assert "Select Organisation and Address</label>" in page and ">Update</button>" in page
    for membership in memberships:
        where = membership.organisation
        assert f"{where.name} ({where.code})" in page and where.postcode in page
    assert 'name="search"' not in page


def test_choosing_leads_to_the_organisation(sign_in: Any) -> None:
    memberships = _several(2)
    answer = sign_in(memberships[0]).get(SELECT, {"organisation": memberships[1].organisation.code})
    assert answer["Location"] == f"/o/{memberships[1].organisation.code}/"


def test_an_organisation_of_others_cannot_be_chosen(sign_in: Any) -> None:
    other = OrganisationFactory(name="SECRET SURGERY")
    page = sign_in(_several(2)[0]).get(SELECT, {"organisation": other.code}).content.decode()
    assert "not on your list" in page and "SECRET SURGERY" not in page


def test_more_than_ten_can_be_searched(sign_in: Any) -> None:
    memberships = _several(11)
    client, wanted = sign_in(memberships[0]), memberships[7].organisation
    assert 'name="search"' in client.get(SELECT).content.decode()
    found = client.get(SELECT, {"choose": "1", "search": wanted.code.lower()}).content.decode()
    assert found.count("<option") == 1 and wanted.name in found
    assert "None of your 11 organisations" in client.get(SELECT, {"choose": "1", "search": "zzz"}).content.decode()


def test_words_of_a_name_and_a_postcode_find_a_site_in_any_order(sign_in: Any) -> None:
    memberships = _several(11)
    wanted = OrganisationFactory(name="ELM TREE SURGERY, HARBOUR BRANCH", postcode="ZZ99 1AB")
    MembershipFactory(user=memberships[0].user, organisation=wanted)
    client = sign_in(memberships[0])
    found = client.get(SELECT, {"choose": "1", "search": " harbour zz99  elm "}).content.decode()
    assert found.count("<option") == 1 and wanted.code in found


def test_a_site_where_access_has_ended_is_not_offered(sign_in: Any) -> None:
    memberships = _several(3)
    Membership.objects.filter(id=memberships[2].id).update(starts_on="2020-01-01", ends_on="2020-01-02")
    page = sign_in(memberships[0]).get(SELECT).content.decode()
    assert page.count("<option") == 2 and memberships[2].organisation.code not in page


def test_somebody_of_the_operator_chooses_between_desk_and_site(sign_in: Any, settings: Any) -> None:
    operator = OrganisationFactory(code=settings.OPERATOR_CODE, kind="operator", contractor_type="")
    staff = MembershipFactory(organisation=operator, roles=["auditor"])
    site = MembershipFactory(user=staff.user, roles=["supplies_order_clerk"])
    client = sign_in(staff)
    assert client.get(SELECT, {"organisation": operator.code})["Location"] == "/staff/"
    back = {"from": operator.code, "organisation": site.organisation.code}
    assert client.get(SELECT, back)["Location"] == f"/o/{site.organisation.code}/"


def test_a_basket_of_a_site_one_has_left_is_not_asked_about(sign_in: Any) -> None:
    here, there = _several(2)
    line = BasketLineFactory(user=here.user, organisation=OrganisationFactory())
    choice = {"from": line.organisation.code, "organisation": there.organisation.code}
    assert sign_in(here).get(SELECT, choice)["Location"] == f"/o/{there.organisation.code}/"


@pytest.mark.parametrize("field", ["organisation", "from", "search"])
@pytest.mark.parametrize("typed", ["", "a\x00b", "' or 1=1 --", "<script>alert(1)</script>", "x" * 5_000])
def test_odd_words_in_the_address_get_the_page(sign_in: Any, field: str, typed: str) -> None:
    answer = sign_in(_several(2)[0]).get(SELECT, {"choose": "1", field: typed})
    assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()


def test_nobody_is_left_without_a_way_on(sign_in: Any) -> None:
    ended = MembershipFactory(starts_on="2020-01-01", ends_on="2020-01-02")
    page = sign_in(ended).get(SELECT).content.decode()
    assert "You have no organisation yet" in page and "contact us" in page


def test_leaving_a_full_basket_asks_first(sign_in: Any) -> None:
    here, there = _several(2)
    BasketLineFactory(user=here.user, organisation=here.organisation)
    client = sign_in(here)
    choice = {"from": here.organisation.code, "organisation": there.organisation.code}
    page = client.get(SELECT, choice).content.decode()
    assert "You have things in your basket" in page and here.organisation.name in page
    assert client.get(SELECT, {**choice, "switch": "1"})["Location"] == f"/o/{there.organisation.code}/"


def test_leaving_an_empty_basket_does_not_ask(sign_in: Any) -> None:
    here, there = _several(2)
    answer = sign_in(here).get(SELECT, {"from": here.organisation.code, "organisation": there.organisation.code})
    assert answer["Location"] == f"/o/{there.organisation.code}/"


def test_ones_own_account_shows_what_is_known(sign_in: Any) -> None:
    (membership,) = _several(1)
    page = sign_in(membership).get(f"{SELECT}your-account/").content.decode()
    assert membership.user.email in page and "Supplies Order Clerk" in page
