"""Standing orders: one that breaks holds up no other, an item comes in later, a date's order is of its site."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.worker.one_by_one import SomeFailed
from portal.supplies import tasks
from portal.supplies.models import CatalogueItem, Order, StandingDate, StandingOrder
from portal.supplies.services import place_standing_order as services
from portal.supplies.services.place_standing_order import due_standing_orders, note_fault, place_standing_order
from portal.supplies.services.settle_fault import settle_fault
from portal.supplies.staff_cards import staff_cards
from portal.supplies.standing_selectors import broken_dates
from portal.supplies.tests.factories import SecureItemFactory, contractor_actor, place, set_up_standing
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.test_standing_orders import PORTAL, due, stocked, working_today
from portal.supplies.tests.warehouse import staff_actor

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
SECRET = "what the message quotes"


def _breaks_over(monkeypatch: pytest.MonkeyPatch, item: CatalogueItem) -> None:
    """Placing what has this item breaks down after it has written."""
    real = services.place_chosen

    def broken(person: Any, account: Any, chosen: Any, submission: Any) -> Order:
        order = real(person, account, chosen, submission)
        if any(line.item.pk == item.pk for line in chosen):
            raise RuntimeError(SECRET)
        return order

    monkeypatch.setattr(services, "place_chosen", broken)


def test_one_that_breaks_down_is_noted_and_the_others_are_placed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    today = working_today(monkeypatch)
    bad, good = stocked(), stocked()
    broken, fine = due(contractor_actor(), (bad, 1)), due(contractor_actor(), (good, 2))
    with monkeypatch.context() as patched, caplog.at_level(logging.CRITICAL):
        _breaks_over(patched, bad)
        tasks.place_standing_orders()

    order = Order.objects.get()  # nothing half done is left of the one that broke
    assert order.organisation_id == fine.organisation_id
    date = StandingDate.objects.get(standing=broken)
    assert (date.outcome, date.tries, date.tried_on) == ("failed", 1, today)
    assert date.fault.startswith("RuntimeError in test_standing_faults.py, line ")
    assert SECRET not in date.fault + date.reason
    assert AuditEvent.objects.filter(type="supplies.standing_broke").count() == 1
    assert OutboxMessage.objects.filter(kind="supplies.standing_failed").count() == 1
    assert due_standing_orders() == []
    assert note_fault(PORTAL, broken.reference, "again") is None  # one try a day

    StandingDate.objects.filter(pk=date.pk).update(tried_on=today - timedelta(days=1))
    assert due_standing_orders() == [broken.reference]
    assert place_standing_order(PORTAL, broken.reference) is not None
    date.refresh_from_db()
    assert (date.outcome, date.tries, date.fault) == ("placed", 2, "")


def test_it_goes_on_even_where_the_fault_cannot_be_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    working_today(monkeypatch)
    bad, good = stocked(), stocked()
    due(contractor_actor(), (bad, 1))
    due(contractor_actor(), (good, 2))
    _breaks_over(monkeypatch, bad)

    def no_note(*values: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(tasks, "note_fault", no_note)
    tasks.place_standing_orders()
    assert Order.objects.count() == 1


def test_after_the_last_try_a_fault_waits_for_the_next_date(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    standing = due(contractor_actor(), (stocked(), 1))
    long_ago = today - timedelta(days=6)
    StandingOrder.objects.update(first_on=long_ago, next_on=long_ago)
    note_fault(PORTAL, standing.reference, "x" * 500)
    standing.refresh_from_db()
    assert standing.next_on == long_ago + timedelta(weeks=4)
    assert len(StandingDate.objects.get().fault) == services.LONGEST_FAULT


def test_a_reminder_that_breaks_down_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (set_up_standing(contractor_actor(), (stocked(), 1)) for _ in range(2))
    real = services.messages.reminder

    def broken(standing: StandingOrder, recipient: str) -> Any:
        if standing.pk == first.pk:
            raise RuntimeError
        return real(standing, recipient)

    monkeypatch.setattr(services.messages, "reminder", broken)
    with pytest.raises(SomeFailed, match=f"1 of 2 failed: {first.reference}"):
        tasks.place_standing_orders()
    second.refresh_from_db()
    assert second.reminded_on == second.next_on


def test_staff_see_what_broke_down_and_nobody_else(monkeypatch: pytest.MonkeyPatch, sign_in: SignIn) -> None:
    working_today(monkeypatch)
    actor = contractor_actor()
    standing = due(actor, (stocked(), 1))
    client = sign_in(staff("warehouse_operator"))
    address = "/staff/supplies/orders/standing-faults/"
    assert "Nothing broke down." in client.get(address).content.decode()
    note_fault(PORTAL, standing.reference, "KeyError in somewhere.py, line 3")
    page = client.get(address).content.decode()
    assert "KeyError in somewhere.py, line 3" in page
    assert standing.reference in page
    assert address in client.get("/staff/supplies/orders/").content.decode()
    with pytest.raises(Refused):
        broken_dates(actor)


def _with_another_sites_order(standing: StandingOrder, order: Order) -> None:
    with transaction.atomic():
        StandingDate.objects.create(standing=standing, due_on=standing.first_on, outcome="placed", order=order)


def test_the_database_refuses_the_order_of_another_site() -> None:
    actor, item = contractor_actor(), stocked()
    standing = set_up_standing(actor, (item, 1))
    other = place(contractor_actor(), (item, 1))
    with pytest.raises(IntegrityError, match="another site"):
        _with_another_sites_order(standing, other)
    _with_another_sites_order(standing, place(actor, (item, 1)))


def test_without_the_trigger_the_order_of_another_site_goes_in() -> None:
    item = stocked()
    standing, other = set_up_standing(contractor_actor(), (item, 1)), place(contractor_actor(), (item, 1))
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute('alter table "supplies_standingdate" disable trigger user')
    _with_another_sites_order(standing, other)


def _sent(standing: StandingOrder, **values: Any) -> dict[str, Any]:
    first = timezone.localdate() + timedelta(days=5)
    packs = {f"quantity-{line.item.code}": line.quantity for line in standing.lines.select_related("item")}
    days = {f"first_on_{part}": getattr(first, part) for part in ("day", "month", "year")}
    return {"submission": str(uuid.uuid4()), "name": "Monthly", "every_weeks": 4, **days, **packs, **values}


def test_an_item_is_added_later(sign_in: SignIn) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    client = sign_in(clerk)
    held, other, secure = stocked(), stocked(usual_quantity=5), SecureItemFactory()
    standing = set_up_standing(contractor_actor(clerk), (held, 1))
    address = f"/o/{clerk.organisation.code}/supplies/standing/{standing.reference}/change/"
    page = client.get(address).content.decode()
    assert f'value="{other.code}"' in page
    assert f'value="{held.code}"' not in page and f'value="{secure.code}"' not in page

    def refused(**values: Any) -> str:
        answer = client.post(address, _sent(standing, **values))
        assert standing.lines.count() == 1
        return str(answer.content.decode())

    assert "Enter how many of it are ordered each time." in refused(more=other.code)
    assert "Choose the item, or leave its number empty." in refused(more_packs=2)
    assert "more_packs-error" in (page := refused(more=other.code, more_packs=6)) or "#id_more_packs" in page
    assert "takes up to 5" in page
    assert "Choose an item of the list." in refused(more=secure.code, more_packs=1)

    answer = client.post(address, _sent(standing, more=other.code, more_packs=2))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert {(line.item_id, line.quantity) for line in standing.lines.all()} == {(held.id, 1), (other.id, 2)}


def _broken() -> StandingOrder:
    standing = due(contractor_actor(), (stocked(), 1))
    note_fault(PORTAL, standing.reference, "KeyError in somewhere.py, line 3")
    return standing


def test_staff_settle_a_fault_once_and_a_later_one_is_on_the_list_again(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    standing, agent = _broken(), staff_actor("support_agent")
    with pytest.raises(InvalidInput, match="what was done"), transaction.atomic():
        settle_fault(agent, standing.reference, today, "  ")
    with pytest.raises(NotFound), transaction.atomic():
        settle_fault(agent, standing.reference, today + timedelta(days=1), "Mended")
    with pytest.raises(Refused), transaction.atomic():
        settle_fault(staff_actor("auditor"), standing.reference, today, "Mended")
    settle_fault(agent, standing.reference, today, "Mended")
    assert (broken_dates(agent).count(), broken_dates(agent, settled=True).count()) == (0, 1)
    assert AuditEvent.objects.filter(type="supplies.standing_settled").count() == 1
    with pytest.raises(Conflict, match="settled this fault already"), transaction.atomic():
        settle_fault(agent, standing.reference, today, "Again")

    StandingDate.objects.update(tried_on=today - timedelta(days=1))
    note_fault(PORTAL, standing.reference, "TypeError in somewhere.py, line 4")
    assert broken_dates(agent).get().fault.startswith("TypeError")
    with pytest.raises(IntegrityError, match="settled_whole"), transaction.atomic():
        StandingDate.objects.update(settled_at=timezone.now())


def test_the_dashboard_counts_what_broke_down_and_the_page_settles_it(
    monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    today = working_today(monkeypatch)
    assert staff_cards(staff_actor("auditor"))[0].title != "Standing orders that broke down"
    standing = _broken()
    card = staff_cards(staff_actor("support_agent"))[0]
    assert (card.title, card.value, card.needs_action) == ("Standing orders that broke down", "1", True)
    assert not staff_cards(staff_actor("auditor"))[0].needs_action

    address = f"{card.address}{standing.reference}/{today}/"
    assert "Settle it" not in sign_in(staff("auditor")).get(card.address).content.decode()
    client = sign_in(staff("support_agent"))
    assert address in client.get(card.address).content.decode()
    assert "tries it again" in client.get(address).content.decode()
    assert client.get(f"{card.address}{standing.reference}/2026-13-01/").status_code == 404
    assert client.post(address, {"note": ""}).status_code == 422
    answer = client.post(address, {"note": "The site ordered by hand"})
    assert "The fault is settled." in client.get(answer["Location"]).content.decode()
    assert "The site ordered by hand" in client.get(f"{card.address}?state=settled").content.decode()
    assert "The site ordered by hand" in client.get(address).content.decode()
