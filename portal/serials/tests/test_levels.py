"""Pads with a prescriber's name are a kind of their own in the service levels: another date is promised for them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from portal.foundation.invariants import find_broken
from portal.foundation.levels.counting import count_month
from portal.foundation.levels.models import LevelCount
from portal.foundation.levels.months import add_months, month_of
from portal.foundation.levels.reading import LevelFilter, own, published, raw_rows
from portal.foundation.levels.source import KINDS_OF_THEIR_OWN, LevelSource, all_sources
from portal.organisations.models import Organisation
from portal.serials.models import PadOrder
from portal.serials.tests.forms import prescriber, site, staff
from portal.supplies.models import OrderLine
from portal.supplies.tests.factories import SecureItemFactory, contractor_actor
from portal.supplies.tests.levels_country import sites
from portal.supplies.tests.levels_facts import Part, a_line, at

pytestmark = pytest.mark.django_db


def supplies() -> LevelSource:
    """The source as the worker and the pages have it."""
    return next(each for each in all_sources() if each.code == "supplies")


def _pad(line: OrderLine, where: Organisation) -> None:
    """Writes a prescriber's name on the line."""
    member = site()
    person = prescriber(member)
    type(person).objects.filter(pk=person.pk).update(organisation=where)
    PadOrder.objects.create(
        line=line, organisation=where, prescriber=person, printed_name="Dr Patel", planned_on=timezone.localdate()
    )


@pytest.fixture
def month() -> date:
    return add_months(month_of(timezone.localdate()), -1)


def test_a_pad_with_a_name_is_counted_as_its_own_kind_and_as_no_other(month: date) -> None:
    item = SecureItemFactory()
    everybody = sites(6, "QA1")
    for where in everybody:
        a_line(where, month, Part(packs=4, delivered_at=at(month)), item=item)
        _pad(a_line(where, month, Part(packs=4, delivered_at=at(add_months(month, 1))), item=item), where)
    count_month(supplies(), month)
    rows = LevelCount.objects.filter(measure="on_time").values_list("kind", "counted", "met")
    assert sorted(rows) == [("personalised", 6, 0), ("secure", 6, 6)]
    figures = published(LevelFilter(first=month, last=month, kinds={"supplies": "personalised"}))
    assert figures["supplies"][month]["on_time"].counted == 6

    wanted = LevelFilter(first=month, last=month, kinds={"supplies": "personalised"})
    assert len(list(raw_rows(staff("auditor"), supplies(), wanted))) == 6
    assert len(list(raw_rows(staff("auditor"), supplies(), LevelFilter(first=month, last=month)))) == 12
    assert [each for each in find_broken() if "levels" in each.invariant.code] == []


def test_a_site_sees_its_own_pads_apart(month: date) -> None:
    member = site()
    actor = contractor_actor(member)
    where, item = member.organisation, SecureItemFactory()
    a_line(where, month, Part(packs=4, delivered_at=at(month)), item=item)
    _pad(a_line(where, month, Part(packs=4, delivered_at=at(month)), item=item), where)
    for kind, number in (("personalised", 1), ("secure", 1), ("", 2)):
        found = own(actor, supplies(), LevelFilter(first=month, last=month, kinds={"supplies": kind}))
        assert found[month]["on_time"].counted == number


def test_the_source_has_the_kind_and_without_the_declaration_it_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert supplies().all_kinds["personalised"] == "Secure stationery with a prescriber's name"
    monkeypatch.setattr("portal.foundation.levels.source.KINDS_OF_THEIR_OWN", {})
    assert KINDS_OF_THEIR_OWN and "personalised" not in supplies().all_kinds
    assert "serials_padorder" not in supplies().things_where()
