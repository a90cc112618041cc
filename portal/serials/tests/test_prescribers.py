"""Prescribers join, leave and change their names; pads with a name on follow them (J24)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.acting import acting
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.web.filters import day
from portal.serials import prescribers as rules
from portal.serials.models import PadOrder, PadTask, Prescriber, SerialRange
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue
from portal.serials.services.keep_prescribers import Joiner, close_pad_task, join, leave, rename
from portal.serials.services.personal_pads import choose_prescribers
from portal.serials.services.release_orders import release_unusual_order
from portal.serials.tasks import remind_of_leavers_pads
from portal.serials.tests.forms import KEEPER, delivered, in_store, keeper_of, numbers, prescriber, site, staff
from portal.serials.tests.secure import SecureSite
from portal.supplies.checkpoints import steps_beside
from portal.supplies.leaving import check_may_leave
from portal.supplies.models import BasketLine
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import fill_basket, place
from portal.supplies.tests.warehouse import staff_actor

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def refused(error: type[Exception], action: Any, *arguments: Any) -> str:
    with pytest.raises(error) as raised, transaction.atomic():
        action(*arguments)
    return str(raised.value)


def named(site: SecureSite, packs: int = 1) -> Any:
    """Orders pads for the site's only prescriber."""
    fill_basket(site.actor, (site.item, packs))
    person = Prescriber.objects.get(organisation=site.organisation)
    choose_prescribers(site.actor, {site.item.code: person.reference})
    BasketLine.objects.all().delete()
    return place(site.actor, (site.item, packs))


@pytest.fixture
def pads(monkeypatch: pytest.MonkeyPatch) -> SecureSite:
    made = SecureSite()
    known = rules.PadRules(items=frozenset({made.item.code}), leaver_days=5, remind_days=2)
    monkeypatch.setattr("portal.serials.prescribers.pad_rules", lambda: known)
    monkeypatch.setattr("portal.serials.services.personal_pads.pad_rules", lambda: known)
    return made


def test_a_prescriber_is_on_the_list_once_at_a_time() -> None:
    member = site()
    first = prescriber(member, "G1234567")
    again = Joiner(name="Dr Patel", number="g123 4567", profession="doctor", joined_on=TODAY())
    assert "already" in refused(InvalidInput, join, acting(member), again)
    leave(acting(member), first.reference, date(2024, 5, 31))
    second = join(acting(member), Joiner(**{**vars(again), "joined_on": date(2024, 6, 1)}))
    assert second.number == "G1234567"
    wrong = Joiner(name=" ", number="1", profession="king", joined_on=TODAY())
    with pytest.raises(InvalidInput) as raised, transaction.atomic():
        join(acting(member), wrong)
    assert set(raised.value.errors) == {"name", "number", "profession"}


def test_names_have_dates_and_the_earlier_one_stays() -> None:
    member = site()
    person = prescriber(member, name="Dr Ann Hill")
    rename(acting(member), person.reference, "Dr Ann Moss", date(2025, 3, 1))
    assert [(each.name, each.from_on) for each in person.names.all()] == [
        ("Dr Ann Hill", date(2020, 1, 1)),
        ("Dr Ann Moss", date(2025, 3, 1)),
    ]
    refused(InvalidInput, rename, acting(member), person.reference, "Dr Ann Lee", date(2024, 1, 1))
    refused(InvalidInput, rename, acting(member), person.reference, "Dr Ann Lee", TODAY() + timedelta(days=1))


def test_another_sites_prescriber_does_not_exist() -> None:
    other = prescriber(site())
    mine = acting(site())
    refused(NotFound, rename, mine, other.reference, "X", TODAY())
    refused(NotFound, leave, mine, other.reference, TODAY())
    refused(NotFound, close_pad_task, mine, other.reference, "none", "x")


def test_pads_are_ordered_for_somebody_who_is_there_when_they_come(pads: SecureSite) -> None:
    assert "choose the prescriber first" in refused(InvalidInput, place, pads.actor, (pads.item, 1))
    person = prescriber(pads.member)
    order = named(pads)
    pad = PadOrder.objects.get(line__order=order)
    assert (pad.prescriber_id, pad.printed_name, pad.planned_on) == (person.id, "Dr Patel", order.promised_on)
    leave(acting(pads.member), person.reference, TODAY() + timedelta(days=1))  # before the pads would come
    assert "is not there any more" in refused(InvalidInput, named, pads)


def test_the_check_page_leads_to_the_page_where_the_prescriber_is_chosen(
    pads: SecureSite, sign_in: Callable[..., Client]
) -> None:
    """Whoever is refused because no name was chosen finds the way out beside the line, and comes back the same way."""
    client, base = sign_in(pads.member), f"/o/{pads.organisation.code}"
    fill_basket(pads.actor, (pads.item, 1))
    check = client.get(f"{base}/supplies/check/").content.decode()
    assert "A prescriber&#39;s name is printed on it." in check and f'href="{base}/forms/pads/"' in check
    seen, submission = (re.search(rf'name="{field}" value="([^"]+)"', check) for field in ("seen", "submission"))
    assert seen and submission
    answer = client.post(f"{base}/supplies/check/", {"seen": html.unescape(seen[1]), "submission": submission[1]})
    refused_page = answer.content.decode()
    assert answer.status_code == 422 and "choose the prescriber first" in refused_page
    assert f'href="{base}/forms/pads/"' in refused_page
    person = prescriber(pads.member)
    done = client.post(f"{base}/forms/pads/", {pads.item.code: person.reference}, follow=True).content.decode()
    assert f'href="{base}/supplies/check/"' in done
    assert "Printed for Dr Patel." in client.get(f"{base}/supplies/check/").content.decode()


def test_pads_are_ordered_before_somebody_joins_if_they_come_after(
    pads: SecureSite, sign_in: Callable[..., Client]
) -> None:
    soon, late = (TODAY() + timedelta(days=days) for days in (1, 90))
    prescriber(pads.member, "D11111", name="Dr Soon", joined_on=soon)
    prescriber(pads.member, "D22222", name="Dr Late", joined_on=late)
    fill_basket(pads.actor, (pads.item, 1))
    page = sign_in(pads.member).get(f"/o/{pads.organisation.code}/forms/pads/").content.decode()
    assert f"Dr Soon, D11111, from {day(soon)}" in page
    choose_prescribers(pads.actor, {pads.item.code: Prescriber.objects.get(number="D22222").reference})
    BasketLine.objects.all().delete()
    assert "after the pads would come" in refused(InvalidInput, place, pads.actor, (pads.item, 1))
    fill_basket(pads.actor, (pads.item, 1))
    choose_prescribers(pads.actor, {pads.item.code: Prescriber.objects.get(number="D11111").reference})
    BasketLine.objects.all().delete()
    assert PadOrder.objects.get(line__order=place(pads.actor, (pads.item, 1))).printed_name == "Dr Soon"


def test_a_line_without_a_name_asks_the_register_nothing(pads: SecureSite) -> None:
    plain = SecureSite().item
    with counted_queries() as sent:
        assert steps_beside(pads.actor, [plain]) == {}
    assert sent == []


def test_pads_are_not_picked_or_sent_for_somebody_who_leaves_before(pads: SecureSite) -> None:
    person = prescriber(pads.member)
    first, second = named(pads), named(pads)
    for order in (first, second):
        release_unusual_order(staff("approver"), order.reference, "Called.")
    picked = start_picking(staff_actor(), first.reference)
    leave(acting(pads.member), person.reference, TODAY())
    assert "is not there any more" in refused(Conflict, start_picking, staff_actor(), second.reference)
    assert "is not there any more" in refused(Conflict, check_may_leave, picked)


def test_the_database_keeps_pads_from_a_prescriber_who_is_not_there(pads: SecureSite) -> None:
    person = prescriber(pads.member)
    pad = PadOrder.objects.get(line__order=named(pads))
    with pytest.raises(IntegrityError, match="is not active"), transaction.atomic():
        PadOrder.objects.filter(pk=pad.pk).update(planned_on=date(2019, 12, 31))
    other = prescriber(site())
    with pytest.raises(IntegrityError, match="is not active"), transaction.atomic():
        PadOrder.objects.filter(pk=pad.pk).update(prescriber=other)
    assert person.id == pad.prescriber_id


def _issued(member: Membership) -> tuple[Any, Prescriber]:
    item = in_store(1000)
    box, person = delivered(item, member), prescriber(member)
    confirm_arrival(keeper_of(member), box.reference, numbers(item, 0, 100))
    issue(keeper_of(member), numbers(item, 0, 20), "", person.reference)
    return item, person


def test_a_leavers_pads_are_accounted_for_before_the_task_closes() -> None:
    member = site()
    item, person = _issued(member)
    actor = keeper_of(member)
    leave(actor, person.reference, TODAY() - timedelta(days=1))
    assert "20 forms are still issued" in refused(Conflict, close_pad_task, actor, person.reference, "destroyed", "x")
    destroy(actor, numbers(item, 0, 20), "Pat Lee")
    refused(InvalidInput, close_pad_task, actor, person.reference, "", " ")
    close_pad_task(actor, person.reference, "destroyed", "With Pat, on Monday.")
    refused(Conflict, close_pad_task, actor, person.reference, "destroyed", "Again")
    refused(Conflict, leave, actor, person.reference, TODAY())


def test_a_task_is_not_closed_before_the_last_day() -> None:
    member = site()
    person = prescriber(member)
    leave(keeper_of(member), person.reference, TODAY())
    assert "after the prescriber's last day" in refused(
        Conflict, close_pad_task, keeper_of(member), person.reference, "none", "Had none."
    )


def test_nobody_who_has_left_gets_forms() -> None:
    member = site()
    item, person = _issued(member)
    leave(keeper_of(member), person.reference, TODAY() - timedelta(days=3))
    refused(Conflict, issue, keeper_of(member), numbers(item, 30, 1), "", person.reference)
    row = SerialRange.objects.get(item=item, state="at_site")
    with pytest.raises(IntegrityError, match="has left"), transaction.atomic():
        SerialRange.objects.filter(pk=row.pk).update(state="issued", held_by="x", prescriber=person)


def test_the_site_is_reminded_once_shortly_before_the_day() -> None:
    member = site()
    person = prescriber(member)
    leave(keeper_of(member), person.reference, TODAY())
    remind_of_leavers_pads()
    assert not OutboxMessage.objects.filter(kind="serials.pads_due").exists()
    PadTask.objects.update(due_on=TODAY())
    remind_of_leavers_pads()
    remind_of_leavers_pads()
    assert OutboxMessage.objects.filter(kind="serials.pads_due").count() == 1


def test_only_the_main_contact_keeps_the_list() -> None:
    clerk = staff(*KEEPER)
    refused(Refused, join, clerk, Joiner(name="X", number="12345", profession="doctor", joined_on=TODAY()))
