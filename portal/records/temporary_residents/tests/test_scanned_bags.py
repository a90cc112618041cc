"""The courier and the hub scan bags of temporary residents' forms with what they scan records with (J11, J27)."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict
from portal.organisations.models import Organisation
from portal.records.hub.services.fill_cage import fill_cage, open_cage, sort_bags
from portal.records.manifest import manifest_of
from portal.records.models import Discrepancy, Holder, Scan
from portal.records.places import holder_of, own_place
from portal.records.round import round_of
from portal.records.services.take_scans import Answer, Scanned, take_scans
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.rules import form_rules
from portal.records.temporary_residents.services.open_bag import say_bag_missing
from portal.records.temporary_residents.services.prepare_bag import hand_bag_over, make_bag_labels, void_bag_label
from portal.records.temporary_residents.tests.factories import clerk, router
from portal.records.tests.factories import a_movement, a_practice, labelled, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
_keys = itertools.count(1)


def labelled_bag() -> tuple[Actor, PaperBag]:
    """A practice's person, and a bag that has its label."""
    practice = clerk()
    [bag] = make_bag_labels(practice, 1)
    return practice, bag


def scan_bag(bag: PaperBag, kind: str, place: Holder, at: datetime | None = None, **values: Any) -> Answer:
    """One scan of its label."""
    scan = Scanned(
        key=f"paper-{next(_keys)}",
        kind=kind,
        code=bag.reference.lower(),
        place=place,
        at=at or timezone.now(),
        **values,
    )
    return take_scans(operator(), [scan])[0]


def site_of(bag: PaperBag) -> Holder:
    """The practice as a holder."""
    return holder_of(Organisation.objects.get(pk=bag.organisation_id))


def test_the_courier_collects_it_and_the_hub_takes_it_in() -> None:
    practice, bag = labelled_bag()
    assert scan_bag(bag, "collected", site_of(bag)).outcome == "applied"
    bag.refresh_from_db()
    assert (bag.state, bag.courier, bag.said) == ("handed_over", own_place("courier"), None)
    assert bag.due_on == form_rules().bag_arrives_by(timezone.localdate())
    assert scan_bag(bag, "collected", site_of(bag)).outcome == "already"
    hand_bag_over(practice, bag.reference, 4)  # how many were in it may be said afterwards
    with pytest.raises(Conflict), transaction.atomic():
        hand_bag_over(practice, bag.reference, 4)
    assert scan_bag(bag, "hub_in", own_place("hub")).outcome == "applied"
    bag.refresh_from_db()
    assert (bag.state, bag.said, bag.due_on) == ("arrived", 4, None)
    assert scan_bag(bag, "collected", site_of(bag)).outcome == "late"
    kinds = [
        "temporary_residents.bag_collected",
        "temporary_residents.bag_handed_over",
        "temporary_residents.bag_arrived",
    ]
    found = AuditEvent.objects.filter(type__in=kinds, organisation_id=bag.organisation_id).order_by("id")
    assert list(found.values_list("type", flat=True)) == kinds
    assert not Discrepancy.objects.exists() and Scan.objects.count() == 4


def test_a_scan_adds_to_what_the_practice_said() -> None:
    practice, bag = labelled_bag()
    handed = hand_bag_over(practice, bag.reference, 2)
    assert handed.holder == "The courier, as the practice says"
    assert scan_bag(bag, "collected", site_of(bag)).outcome == "applied"
    bag.refresh_from_db()
    assert (bag.holder, bag.said, bag.due_on) == ("The courier", 2, handed.due_on)
    assert scan_bag(bag, "failed", own_place("hub"), reason="closed").outcome == "already"
    assert scan_bag(bag, "delivered", own_place("hub")).outcome == "applied"


def test_it_may_turn_up_at_the_hub_though_nobody_scanned_it_before() -> None:
    _, bag = labelled_bag()
    [row] = sort_bags(operator(), [bag.reference])
    assert (row.is_right, row.destination) == (True, None) and "opened here" in row.said
    assert PaperBag.objects.get().state == "arrived"


@pytest.mark.parametrize(("kind", "found"), [("delivered", "wrong_place"), ("shelved", "not_where_known")])
def test_what_does_not_fit_is_shown_and_moves_nothing(kind: str, found: str) -> None:
    _, bag = labelled_bag()
    answer = scan_bag(bag, kind, a_practice())
    assert (answer.outcome, answer.discrepancies) == ("discrepancy", (found,))
    assert (PaperBag.objects.get().state, Discrepancy.objects.get().kind) == ("printed", found)


def test_a_label_that_is_not_used_is_told_so() -> None:
    practice, bag = labelled_bag()
    void_bag_label(practice, bag.reference)
    assert scan_bag(bag, "collected", site_of(bag)).discrepancies == ("void_label",)


def test_a_missing_bag_is_found_by_a_new_scan_and_not_by_an_old_one() -> None:
    practice, bag = labelled_bag()
    hand_bag_over(practice, bag.reference, 2)
    say_bag_missing(router(), bag.reference, "Asked the courier")
    old = timezone.now() - timedelta(days=1)
    assert scan_bag(bag, "collected", site_of(bag), old).outcome == "late"
    assert PaperBag.objects.get().state == "missing"
    assert scan_bag(bag, "collected", a_practice()).outcome == "applied"  # it lay at another site
    assert PaperBag.objects.get().state == "handed_over"
    assert Discrepancy.objects.get().kind == "not_where_known"


def test_round_and_manifest_list_it_until_it_is_scanned() -> None:
    practice, bag = labelled_bag()
    hand_bag_over(practice, bag.reference, 2)
    courier = own_place("courier")

    def lists() -> tuple[list[str], list[str]]:
        stops = round_of(operator(), courier, timezone.localdate())
        assert not [stop for stop in stops if stop.deliver]
        return [code for stop in stops for code in stop.collect], [code for stop in stops for code in stop.hand_in]

    assert lists() == ([bag.reference], [])
    assert manifest_of(operator(), site_of(bag), courier).collect == [bag.reference]
    scan_bag(bag, "collected", site_of(bag))
    assert lists() == ([], [bag.reference])
    assert manifest_of(operator(), own_place("hub"), courier).deliver == [bag.reference]
    scan_bag(bag, "hub_in", own_place("hub"))
    assert lists() == ([], [])


def test_bags_of_records_and_of_forms_come_in_one_call() -> None:
    _, bag = labelled_bag()
    movement = a_movement()
    [label] = labelled(movement)
    scans = [
        Scanned(key=f"both-{code}", kind="collected", code=code, place=movement.origin, at=timezone.now())
        for code in (label.code, bag.reference, "RL-2222-2222")
    ]
    assert [each.outcome for each in take_scans(operator(), scans)] == ["applied", "applied", "discrepancy"]
    assert [each.outcome for each in take_scans(operator(), scans)] == ["repeated"] * 3


def test_no_cage_takes_it() -> None:
    _, bag = labelled_bag()
    cage = open_cage(operator(), a_practice().code)
    assert not fill_cage(operator(), cage.reference, [bag.reference])[0].is_right


def test_the_database_knows_no_collected_bag_without_a_courier() -> None:
    _, bag = labelled_bag()
    scan_bag(bag, "collected", site_of(bag))
    with pytest.raises(IntegrityError, match="paper_bag_collected_by_a_courier"), transaction.atomic():
        PaperBag.objects.update(courier=None)
