"""One person where two are asked for, and another site's name on stolen pads (trust.md 2.5; J7, J24).

Each attack has a half with its control switched off, in which it SUCCEEDS: so the control is what stops it.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from portal.foundation.access import Actor
from portal.foundation.errors import DomainError, InvalidInput, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.serials import prescribers
from portal.serials.models import PadOrder, Prescriber, SerialRange
from portal.serials.services import destroy_forms, personal_pads
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival
from portal.serials.services.personal_pads import choose_prescribers
from portal.serials.tests.forms import delivered, in_store, keeper_of, numbers, prescriber, site
from portal.serials.tests.secure import SecureSite
from portal.supplies.models import BasketLine, StockLevel
from portal.supplies.services import decide_count
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.tests.factories import fill_basket, place
from portal.supplies.tests.stock_books import shelf
from portal.supplies.tests.warehouse import staff_actor

pytestmark = pytest.mark.django_db
NAMES = [
    "Pat Lee",
    "pat  LEE",
    "Lee, Pat",
    "Dr Pat Lee",
    "P. Lee",
    "Pat Léé",
    "Patrick P. Lee",
    "Lee",
    "...",
    "Mr. Lee P",
]
STOLEN = 40


def _alter(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {change}")


def destroyed_alone(names: list[str]) -> list[str]:
    """Pat Lee keeps forms and says that they were shredded before somebody; which of these names got through."""
    item, member = in_store(1000), site()
    box, honest = delivered(item, member), keeper_of(member)
    confirm_arrival(honest, box.reference, numbers(item, 0, 100))
    thief, through = replace(honest, name="Pat Lee"), []
    for at, name in enumerate(names):
        try:
            with transaction.atomic():
                destroy(thief, numbers(item, at), name)
            through.append(name)
        except DomainError:
            continue
    assert SerialRange.objects.filter(item=item, state="destroyed").count() == len(through)
    return through


def test_nobody_destroys_forms_under_two_names_of_their_own() -> None:
    assert destroyed_alone(NAMES) == []


def test_whoever_manages_the_site_reads_the_name_of_an_invented_witness() -> None:
    """What no program can know, people can: the managers are told both names, and what to do when one is nobody's."""
    assert destroyed_alone(["Quentin Nobody"]) == ["Quentin Nobody"]
    told = OutboxMessage.objects.get(kind="serials.forms_destroyed")
    assert "Pat Lee, seen by Quentin Nobody" in told.body and "Report the forms as missing" in told.body


def test_without_the_comparison_of_names_they_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: any text is a second person. The database stops the plainest; with its trigger off, all succeed."""
    monkeypatch.setattr(destroy_forms, "may_be_the_same", lambda one, other: False)
    with pytest.raises(Exception, match="destroyed by two people"), transaction.atomic():
        destroyed_alone(["pat  LEE"])
    _alter("serials_serialrange disable trigger user")
    assert destroyed_alone(NAMES) == NAMES


def stolen_by_counting() -> int:
    """Somebody takes packs home, counts that many fewer, and agrees with the count; how many the books have lost."""
    level = shelf(100)
    thief = staff_actor("stock_controller", "approver")
    count = count_stock(thief, CountStock(store=level.store.code, item=level.item.code, counted=100 - STOLEN, seen=100))
    assert count is not None
    try:
        with transaction.atomic():
            approve_count(replace(thief, name="Somebody Else"), DecideCount(count=count.reference))
    except Refused:
        pass
    return 100 - StockLevel.objects.get(pk=level.pk).on_hand


def test_whoever_counted_does_not_agree_with_the_count() -> None:
    assert stolen_by_counting() == 0


def test_without_the_check_and_the_constraint_the_theft_is_in_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the service lets it through. The constraint is the second wall; without both the attack succeeds."""
    original = decide_count._lock

    def unchecked(actor: Actor, count: Any, target: str, **more: Any) -> Any:
        """The service's step with its question taken out: nobody is who counted."""
        decided = original(replace(actor, user_id=None), count, target, **more)
        type(decided).objects.filter(pk=decided.pk).update(decided_by_id=actor.user_id)
        return decided

    monkeypatch.setattr(decide_count, "_lock", unchecked)
    with pytest.raises(Exception, match="stock_count_decided_by_another"), transaction.atomic():
        stolen_by_counting()
    _alter("supplies_stockcount drop constraint stock_count_decided_by_another")
    assert stolen_by_counting() == STOLEN


def pads_in_anothers_name(monkeypatch: pytest.MonkeyPatch) -> bool:
    """A site orders pads with the name of a prescriber of another site on; whether they would be printed."""
    thief, victim = SecureSite(), SecureSite()
    rules = prescribers.PadRules(items=frozenset({thief.item.code}), leaver_days=5, remind_days=2)
    for module in (prescribers, personal_pads):
        monkeypatch.setattr(module, "pad_rules", lambda: rules)
    theirs = prescriber(victim.member, "D99999")
    fill_basket(thief.actor, (thief.item, 1))
    try:
        with transaction.atomic():
            choose_prescribers(thief.actor, {thief.item.code: theirs.reference})
            BasketLine.objects.all().delete()
            place(thief.actor, (thief.item, 1))
    except InvalidInput:
        return False
    return PadOrder.objects.filter(prescriber=theirs, organisation=thief.organisation).exists()


def test_pads_do_not_carry_the_name_of_another_sites_prescriber(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not pads_in_anothers_name(monkeypatch)


def test_without_the_sites_own_list_they_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: any prescriber is found. The trigger is the second wall; without both the attack succeeds."""
    everybody = Prescriber.objects
    found = SimpleNamespace(
        filter=lambda organisation_id, **more: everybody.filter(**more), select_for_update=everybody.select_for_update
    )
    monkeypatch.setattr(personal_pads, "Prescriber", SimpleNamespace(objects=found))
    with pytest.raises(Exception, match="prescriber"), transaction.atomic():
        pads_in_anothers_name(monkeypatch)
    _alter("serials_padorder disable trigger user")
    assert pads_in_anothers_name(monkeypatch)
