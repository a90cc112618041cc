"""The order for several sites as a way around a rule: a membership that ended, no right, numbered forms, allowances.

Each attack has a half with its control switched off, in which it SUCCEEDS: so the control is what stops it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Membership, RoleGrant
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.errors import DomainError, FreshSecondFactorNeeded, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine, CatalogueItem, Order, OrderLine
from portal.supplies.permissions import ORDER_SECURE_ITEMS, PLACE_ORDER
from portal.supplies.services.place_joint_order import PlaceJointOrder, place_joint_order
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    place,
)

pytestmark = pytest.mark.django_db
SITES = "portal.supplies.joint_sites.actors_of_member"
CLERK, BOTH = ["supplies_order_clerk"], ["supplies_order_clerk", "secure_stationery_orderer"]


def _person(here: list[str], there: list[str]) -> tuple[Membership, Membership]:
    main = MembershipFactory(roles=here)
    return main, MembershipFactory(user=main.user, organisation=OrganisationFactory(), roles=there)


def _attack(
    main: Membership, other: Membership, item: CatalogueItem, *, packs: int = 1, **actor: Any
) -> DomainError | None:
    """Posts both sites' lines as the check page does; returns why it was refused."""
    seen = {}
    for membership in (main, other):
        who = contractor_actor(membership)
        BasketLine.objects.filter(user_id=who.user_id, organisation_id=who.organisation_id).delete()
        fill_basket(who, (item, packs))
        seen[membership.organisation.code] = {item.code: packs}
    try:
        with transaction.atomic():
            place_joint_order(contractor_actor(main, **actor), PlaceJointOrder(submission=uuid.uuid4(), seen=seen))
    except DomainError as error:
        return error
    return None


def _plain() -> CatalogueItem:
    return StockLevelFactory(item=CatalogueItemFactory(), on_hand=100).item


def _rights_of(main: Membership, *others: Membership) -> Any:
    """Control off: the right held at the first site is taken for a right at the others."""
    here = contractor_actor(main)

    def borrowed(user_id: int | None) -> dict[str, Actor]:
        return {
            each.organisation.code: replace(
                here,
                organisation_id=each.organisation_id,
                organisation_code=each.organisation.code,
                organisation_name=each.organisation.name,
            )
            for each in (main, *others)
        }

    return borrowed


def _ended() -> tuple[Membership, Membership]:
    main, other = _person(CLERK, CLERK)
    Membership.objects.filter(pk=other.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    return main, other


def test_a_membership_that_ended_orders_nothing_there() -> None:
    main, other = _ended()
    assert isinstance(_attack(main, other, _plain()), NotFound)
    assert not Order.objects.exists()


def test_without_asking_for_each_sites_membership_a_leaver_orders_there(monkeypatch: pytest.MonkeyPatch) -> None:
    main, other = _ended()
    monkeypatch.setattr(SITES, _rights_of(main, other))
    assert _attack(main, other, _plain()) is None
    assert Order.objects.filter(organisation=other.organisation).exists()


def _only_reads() -> tuple[Membership, Membership]:
    return _person(CLERK, ["read_only"])


def test_the_right_of_one_site_is_no_right_at_another() -> None:
    main, other = _only_reads()
    assert isinstance(_attack(main, other, _plain()), Refused)
    assert not Order.objects.exists()


def test_with_the_rights_of_the_first_site_somebody_who_only_reads_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    main, other = _only_reads()
    monkeypatch.setattr(SITES, _rights_of(main, other))
    assert _attack(main, other, _plain()) is None
    assert Order.objects.filter(organisation=other.organisation).exists()


def test_a_right_that_was_withdrawn_since_the_sheet_was_filled_counts_no_more() -> None:
    main, other = _person(CLERK, CLERK)
    RoleGrant.objects.filter(membership=other).update(ended_at=timezone.now())
    assert isinstance(_attack(main, other, _plain()), Refused)
    assert not Order.objects.exists()


def _numbered() -> CatalogueItem:
    return StockLevelFactory(item=SecureItemFactory(), on_hand=100).item


def test_numbered_forms_smuggled_into_a_site_without_the_right_are_refused() -> None:
    main, other = _person(BOTH, CLERK)
    now = timezone.now()
    refused = _attack(main, other, _numbered(), second_factor_at=now)
    assert isinstance(refused, Refused | InvalidInput)
    assert ORDER_SECURE_ITEMS.sentence in str(refused)
    assert not Order.objects.exists()


def test_without_the_rights_of_each_site_numbered_forms_go_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    main, other = _person(BOTH, CLERK)
    monkeypatch.setattr(SITES, _rights_of(main, other))
    assert _attack(main, other, _numbered(), second_factor_at=timezone.now()) is None
    assert Order.objects.filter(organisation=other.organisation).exists()


def test_numbered_forms_for_several_sites_need_a_fresh_second_factor() -> None:
    main, other = _person(BOTH, BOTH)
    stale = timezone.now() - timedelta(hours=3)
    assert isinstance(_attack(main, other, _numbered(), second_factor_at=stale), FreshSecondFactorNeeded)
    assert not Order.objects.exists()


def test_without_the_second_factor_a_stolen_session_orders_them_for_every_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Actor, "require_fresh_second_factor", lambda self: None)
    main, other = _person(BOTH, BOTH)
    assert _attack(main, other, _numbered(), second_factor_at=timezone.now() - timedelta(hours=3)) is None
    assert Order.objects.count() == 2


def _used_up() -> int:
    """One site has used up its allowance of 5, the other has not; both are asked for 3 more. Returns packs in all."""
    main, other = _person(CLERK, CLERK)
    item = StockLevelFactory(
        item=CatalogueItemFactory(allowance_quantity=5, allowance_days=28, usual_quantity=5), on_hand=100
    ).item
    place(contractor_actor(main), (item, 5))
    _attack(main, other, item, packs=3)
    return sum(OrderLine.objects.filter(item=item).values_list("quantity", flat=True))


def test_each_sites_own_allowance_holds_however_it_is_split() -> None:
    assert _used_up() == 5  # nothing was placed, at the other site neither


def test_without_the_allowance_of_each_site_splitting_gets_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.supplies.services.place_order.recently_ordered", lambda *arguments: {})
    assert _used_up() == 11


def test_somebody_elses_joint_order_is_not_shown_for_its_submission() -> None:
    main, other = _person(CLERK, CLERK)
    item = _plain()
    assert _attack(main, other, item) is None
    joint_submission = Order.objects.exclude(joint=None).first().joint.submission  # type: ignore[union-attr]
    thief = MembershipFactory(roles=CLERK)
    second = MembershipFactory(user=thief.user, organisation=OrganisationFactory(), roles=CLERK)
    seen = {each.organisation.code: {item.code: 1} for each in (thief, second)}
    with pytest.raises(DomainError), transaction.atomic():
        place_joint_order(contractor_actor(thief), PlaceJointOrder(submission=joint_submission, seen=seen))
    assert Order.objects.count() == 2
    assert OutboxMessage.objects.filter(kind="supplies.order_placed").count() == 2


def test_somebody_without_any_right_to_order_is_refused_at_the_door() -> None:
    main, other = _person(["read_only"], CLERK)
    refused = _attack(main, other, _plain())
    assert isinstance(refused, Refused)
    assert PLACE_ORDER.sentence in refused.sentence
