"""A site's use beside that of similar sites: added up right, shown of many only, and nobody recognisable (issue 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import scope_of_site
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import CatalogueItem, OrderLine, SiteSize, SiteUsage, UsageNorm
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.usage.collect import collect_usage
from portal.supplies.usage.selectors import compared_use
from portal.supplies.usage.settings import size_words, usage_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Membership:
    return MembershipFactory(roles=["supplies_order_clerk"])


def used(site: Organisation, item: CatalogueItem, packs: int, *, days_ago: int = 10, patients: int = 0) -> None:
    """So many packs of the item arrived at the site."""
    member = MembershipFactory(organisation=site, roles=["supplies_order_clerk"])
    order = place(contractor_actor(member), (item, packs))
    OrderLine.objects.filter(order=order).update(
        placed_at=timezone.now() - timedelta(days=days_ago), dispatched=packs, delivered=packs
    )
    if patients:
        SiteSize.objects.create(organisation=site, patients=patients, counted_on=timezone.localdate())


def an_item(**values: Any) -> CatalogueItem:
    item: CatalogueItem = StockLevelFactory(
        item=CatalogueItemFactory(maximum_quantity=500, usual_quantity=500, **values), on_hand=9000
    ).item
    return item


def others(item: CatalogueItem, number: int, *, patients: int = 0, **site: Any) -> None:
    """So many other sites that used 1, 2, 3 ... packs."""
    for packs in range(1, number + 1):
        used(OrganisationFactory(**site), item, packs, patients=patients)


def test_the_quartiles_are_those_of_all_similar_sites_with_their_number(clerk: Membership) -> None:
    item = an_item()
    others(item, 10)
    used(clerk.organisation, item, 11)
    collect_usage()
    (found,) = compared_use(contractor_actor(clerk))
    assert found.norm is not None
    assert (float(found.norm.low), float(found.norm.middle), float(found.norm.high)) == (3.5, 6.0, 8.5)
    assert (found.packs, found.rate, found.others) == (11, 11.0, 10)


def test_with_nine_others_nothing_is_shown(clerk: Membership, sign_in: Any) -> None:
    item = an_item(name="Needles, green")
    others(item, 9)
    used(clerk.organisation, item, 11)
    collect_usage()
    (found,) = compared_use(contractor_actor(clerk))
    assert found.norm is None
    html = sign_in(clerk).get(f"/o/{clerk.organisation.code}/supplies/use/").content.decode()
    assert "Too few other sites order these" in html
    assert "Median" not in html


def test_the_database_takes_no_comparison_of_fewer_than_ten() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageNorm.objects.create(item=an_item(), contractor_type="gp", sites=9, low=1, middle=2, high=3)


def test_a_practice_is_compared_by_patients_with_practices_of_its_size(clerk: Membership) -> None:
    item = an_item()
    others(item, 10, patients=6000)
    for _ in range(12):
        used(OrganisationFactory(), item, 400, patients=20_000)  # large ones say nothing about a middling one
    used(clerk.organisation, item, 12, patients=8000)
    collect_usage()
    (found,) = compared_use(contractor_actor(clerk))
    assert found.by_patients
    assert found.rate == 1.5
    assert found.norm is not None
    assert float(found.norm.middle) == 1.0  # of 1/6 to 10/6 and 1.5 packs for 1,000 patients
    assert size_words(1) == "5,000 to 9,999 patients"


def test_another_type_of_site_and_what_came_long_ago_do_not_count(clerk: Membership) -> None:
    item = an_item()
    others(item, 10, kind="dental_practice", contractor_type="dental")
    used(clerk.organisation, item, 5, days_ago=usage_settings().days + 5)
    used(clerk.organisation, item, 2)
    collect_usage()
    (found,) = compared_use(contractor_actor(clerk))
    assert (found.packs, found.norm) == (2, None)


def test_adding_up_again_replaces_what_was_there(clerk: Membership) -> None:
    item = an_item()
    used(clerk.organisation, item, 5)
    for _ in range(2):
        collect_usage()
    assert SiteUsage.objects.get().packs == 5
    OrderLine.objects.update(delivered=0)
    collect_usage()
    assert not SiteUsage.objects.exists()


def test_what_is_unusual_is_explained_in_words_and_everything_is_exported(clerk: Membership, sign_in: Any) -> None:
    item = an_item(name="Needles, green")
    others(item, 10)
    used(clerk.organisation, item, 90)
    collect_usage()
    page = sign_in(clerk)
    html = page.get(f"/o/{clerk.organisation.code}/supplies/use/").content.decode()
    assert "Much more than others" in html
    assert "more than 2 times as much as three in four similar sites" in html
    text = b"".join(page.get(f"/o/{clerk.organisation.code}/supplies/use/export.csv").streaming_content).decode()
    assert '"Needles, green"' in text
    assert ",10" in text


def test_no_other_site_is_on_the_page_nor_in_reach_of_its_reader(clerk: Membership, sign_in: Any) -> None:
    item = an_item()
    others(item, 10, name="QXQX Surgery")
    used(clerk.organisation, item, 3)
    collect_usage()
    html = sign_in(clerk).get(f"/o/{clerk.organisation.code}/supplies/use/").content.decode()
    assert "QXQX" not in html
    with scope_of_site(clerk.organisation_id):
        assert SiteUsage.objects.count() == 1  # the second wall


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_takes_the_same_queries_however_many_items(clerk: Membership, sign_in: Any, number: int) -> None:
    for _ in range(number):
        used(clerk.organisation, an_item(), 2)
    collect_usage()
    page = sign_in(clerk)
    with counted_queries() as queries:
        page.get(f"/o/{clerk.organisation.code}/supplies/use/")
    assert len(queries) == 5  # session, actor, own use, norms, size


def test_without_the_floor_of_others_one_of_few_could_be_recognised(
    clerk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control off: with nine others the middle of ten is shown, which is what the floor is there to prevent."""
    item = an_item()
    others(item, 9)
    used(clerk.organisation, item, 11)
    collect_usage()
    lower = replace(usage_settings(), fewest_others=9)
    monkeypatch.setattr("portal.supplies.usage.selectors.usage_settings", lambda: lower)
    (found,) = compared_use(contractor_actor(clerk))
    assert found.norm is not None


def test_settings_that_want_fewer_than_ten_are_stopped_by_the_database(
    clerk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = an_item()
    others(item, 2)
    lower = replace(usage_settings(), fewest_others=2)
    monkeypatch.setattr("portal.supplies.usage.collect.usage_settings", lambda: lower)
    with pytest.raises(IntegrityError), transaction.atomic():
        collect_usage()
