"""Couriers' scanners: set up by a link, the scanning page without scripts, what its script asks (J27; issue 4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.casework.tests.factories import staff_member
from portal.foundation.audit.models import AuditEvent
from portal.machines.models import Machine
from portal.machines.offline import worker_script
from portal.machines.scanner_cookie import cookie_name
from portal.machines.services import keep_scanners
from portal.machines.tests.factories import Program, Scanner, a_scan
from portal.records.models import CollectionDay, CollectionVisit, Label, Scan
from portal.records.places import own_place
from portal.records.services.prepare_movement import mark_ready
from portal.records.tests.factories import a_movement, a_practice, labelled, operator, organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SignIn = Callable[..., Client]
BASE = "/staff/scanners/"


@pytest.fixture
def keeper(sign_in: SignIn) -> Client:
    return sign_in(staff_member("records_operator"))


@pytest.fixture
def label() -> Label:
    """The label of a bag that is ready for the courier."""
    made = labelled(a_movement())[0]
    mark_ready(operator(), made.bag.movement.reference)
    return made


def _form(**values: object) -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=90)
    return {
        "name": "Van 3", "courier": own_place("courier").code,
        "token_ends_on_day": day.day, "token_ends_on_month": day.month, "token_ends_on_year": day.year, **values,
    }  # fmt: skip


def _link(page: Any) -> str:
    found = re.search(r"/courier/start/[\w-]{43}/", page.content.decode())
    assert found is not None
    return found[0]


def _here(label: Label) -> str:
    return label.bag.movement.origin.code


def test_a_link_makes_a_browser_a_scanner_once(keeper: Client, label: Label) -> None:
    link = _link(keeper.post(f"{BASE}add/", _form()))
    phone = Client()
    assert "Van 3" in phone.get(link).content.decode()
    assert Machine.objects.get().set_up_at is None, "opening the link does nothing"
    answer = phone.post(link)
    assert (answer.status_code, answer["Location"]) == (302, "/courier/")
    cookie = answer.cookies[cookie_name()]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/courier/", True, "Strict")
    assert "Scan bags" in phone.get("/courier/").content.decode()
    assert Client().post(link).status_code == 404
    machine = Machine.objects.get()
    assert machine.set_up_at is not None and machine.link_digest is None
    events = list(AuditEvent.objects.filter(subject_reference=machine.reference).values_list("type", flat=True))
    assert sorted(events) == ["machines.scanner_added", "machines.scanner_set_up"]


def test_a_link_that_is_too_old_replaced_or_ended_is_over(keeper: Client) -> None:
    first = _link(keeper.post(f"{BASE}add/", _form()))
    machine = Machine.objects.get()
    second = _link(keeper.post(f"{BASE}{machine.reference}/link/", _form()))
    assert Client().post(first).status_code == 404
    Machine.objects.update(link_ends_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(second).status_code == 404
    third = _link(keeper.post(f"{BASE}{machine.reference}/link/", _form()))
    keeper.post(f"{BASE}{machine.reference}/end/", {"reason": "Lost"})
    assert Client().get(third).status_code == 404
    assert Client().post(third).status_code == 404


def test_a_new_link_stops_the_scanner_until_it_is_opened(keeper: Client) -> None:
    scanner = Scanner()
    assert scanner.get("round").status_code == 200
    link = _link(keeper.post(f"{BASE}{scanner.machine.reference}/link/", _form()))
    assert scanner.get("round").status_code == 401
    scanner.client.logout()
    assert Client().post(link).status_code == 302


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        ({"courier": "HUB"}, "Choose"),
        ({"token_ends_on_year": 2020}, "Choose a day from today"),
    ],
)
def test_what_is_wrong_is_said(keeper: Client, change: dict[str, object], sentence: str) -> None:
    own_place("hub")
    answer = keeper.post(f"{BASE}add/", _form(**change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Machine.objects.count() == 0


def test_pages_of_scanners_and_of_programs_know_their_own_alone(keeper: Client, sign_in: SignIn) -> None:
    """A Records Operator ends no register's access, by whatever address."""
    program, scanner = Program(), Scanner()
    for page in ("", "link/", "end/"):
        assert keeper.get(f"{BASE}{program.machine.reference}/{page}").status_code == 404
    assert keeper.post(f"{BASE}{program.machine.reference}/end/", {"reason": "Mine"}).status_code == 404
    assert keeper.post(f"{BASE}{program.machine.reference}/link/", _form()).status_code == 404
    manager = sign_in(staff_member("service_manager"))
    assert manager.get(f"/staff/machines/{scanner.machine.reference}/").status_code == 404
    assert manager.post(f"/staff/machines/{scanner.machine.reference}/token/", _form()).status_code == 404
    assert scanner.machine.name not in manager.get("/staff/machines/").content.decode()
    assert scanner.machine.name in manager.get(BASE).content.decode()
    assert sign_in(staff_member("support_agent")).get(BASE).status_code == 403


def test_a_list_shows_each_state(keeper: Client) -> None:
    Scanner(name="Good")
    Scanner(name="Old", token_ends_on=timezone.localdate() - timedelta(days=1))
    Scanner(name="Gone", ended_at=timezone.now(), ended_why="Lost")
    keeper.post(f"{BASE}add/", _form())
    page = keeper.get(BASE).content.decode()
    for words in ("Works", "Last day is over", "Ended", "Waits to be set up"):
        assert words in page


def test_scans_from_the_page_are_those_of_the_api(label: Label) -> None:
    scanner = Scanner()
    scan = a_scan(label.code, _here(label))
    assert scanner.send(scan).json()["scans"][0]["outcome"] == "applied"
    assert scanner.send(scan).json()["scans"][0]["outcome"] == "repeated"
    assert Scan.objects.get().device == scanner.machine.name


def test_scans_made_for_another_courier_are_not_taken(label: Label) -> None:
    answer = Scanner().send(a_scan(label.code, _here(label)), courier="RIVAL")
    assert answer.status_code == 409
    assert Scan.objects.count() == 0


def test_a_delivery_that_failed_says_why_and_both_sides_read_it(label: Label, keeper: Client) -> None:
    scanner, there = Scanner(), label.bag.movement.destination.code
    scanner.send(a_scan(label.code, _here(label)))
    answer = scanner.send(a_scan(label.code, there, "failed", reason="closed"))
    assert answer.status_code == 200, answer.content
    assert Scan.objects.get(kind="failed").note == "The site was closed"
    page = keeper.get(f"/staff/records/movements/{label.bag.movement.reference}/").content.decode()
    assert "The site was closed" in page
    for wrong in ({"reason": "rain"}, {"kind": "collected", "reason": "closed"}):
        assert scanner.send(a_scan(label.code, there, **{"kind": "failed", **wrong})).status_code == 422


def test_a_bag_is_handed_in_at_a_hub_and_nowhere_else(label: Label) -> None:
    scanner = Scanner()
    scanner.send(a_scan(label.code, _here(label)))
    assert scanner.send(a_scan(label.code, _here(label), "hub_in")).status_code == 422
    assert scanner.send(a_scan(label.code, "HUB", "hub_in")).json()["scans"][0]["outcome"] == "applied"
    label.bag.part.refresh_from_db()
    assert label.bag.part.holder.code == "HUB"


def test_the_round_says_what_to_do_where_without_a_patient(label: Label, django_assert_num_queries: Any) -> None:
    scanner, here = Scanner(), _here(label)
    there = label.bag.movement.destination.code
    patient = label.bag.movement.record.patient
    assert _stop(scanner, here)["collect"] == [label.code]
    scanner.send(a_scan(label.code, here))
    assert _stop(scanner, "HUB")["handIn"] == [label.code]
    scanner.send(a_scan(label.code, "HUB", "hub_in"))
    hub = Program("scans", place=own_place("hub"))
    hub.post("scans", {"scans": [a_scan(label.code, "HUB", "hub_out")]})
    assert _stop(scanner, there)["deliver"] == [label.code]
    said = scanner.get("round").content.decode()
    assert patient.nhs_number not in said and patient.family_name not in said


def test_a_site_with_days_is_in_the_round_on_those_days(label: Label) -> None:
    scanner, site = Scanner(), organisation_of(label.bag.movement.origin)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    times = {"opens": time(9), "closes": time(13)}
    CollectionDay.objects.create(organisation=site, weekday=tomorrow.weekday(), first_on=today, **times)
    assert _stop(scanner, site.code) is None
    CollectionVisit.objects.create(organisation=site, on=today, why="Missed", **times)
    assert _stop(scanner, site.code)["visit"] == "09:00 to 13:00"
    assert _stop(scanner, site.code)["collect"] == [label.code]
    empty = organisation_of(a_practice())
    CollectionVisit.objects.create(organisation=empty, on=today, why="A visit without bags", **times)
    assert _stop(scanner, empty.code)["collect"] == []


def _stop(scanner: Scanner, code: str) -> Any:
    return next((each for each in scanner.get("round").json()["places"] if each["code"] == code), None)


def test_the_round_takes_a_fixed_number_of_queries(label: Label, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scanner = Scanner()
    scanner.get("round")
    with CaptureQueriesContext(connection) as few:
        scanner.get("round")
    for _ in range(3):
        mark_ready(operator(), labelled(a_movement())[0].bag.movement.reference)
    with CaptureQueriesContext(connection) as many:
        scanner.get("round")
    assert len(many) == len(few) <= 14


def test_without_scripts_bags_are_sent_by_a_form_and_twice_count_once(label: Label) -> None:
    scanner = Scanner()
    page = scanner.get().content.decode()
    found = re.search(r'name="submission" value="([\w-]{36})"', page)
    assert found is not None
    form = {"kind": "collected", "place": _here(label).lower(), "codes": label.code, "submission": found[1]}
    assert "It moved the bag on" in scanner.post_form(form).content.decode()
    assert "It was sent before" in scanner.post_form(form).content.decode()
    assert Scan.objects.count() == 1
    wrong = scanner.post_form({**form, "kind": "delivered", "submission": "2"}).content.decode()
    assert "A bag that came to the wrong place" in wrong


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": ""}, "Choose what you are doing."),
        ({"kind": "shelved"}, "Choose one of the answers listed."),
        ({"kind": "failed"}, "Choose why you could not deliver."),
        ({"place": "NOWHERE"}, "No place with this code is known."),
        ({"codes": ""}, "Scan or type at least one code."),
        ({"codes": "999 000 0018"}, "may be a patient"),
        ({"codes": "x" * 41}, "at most 40 characters"),
    ],
)
def test_what_is_wrong_on_the_form_is_said_and_nothing_is_taken(
    label: Label, change: dict[str, str], sentence: str
) -> None:
    form = {"kind": "collected", "place": _here(label), "codes": label.code, **change}
    answer = Scanner().post_form(form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Scan.objects.count() == 0


def test_a_device_that_is_not_set_up_is_told_so() -> None:
    answer = Client().get("/courier/")
    assert answer.status_code == 403
    assert "not set up" in answer.content.decode()


def test_the_camera_is_allowed_on_this_page_alone(client: Client) -> None:
    assert "camera=(self)" in Scanner().get()["Permissions-Policy"]
    assert "camera=()" in client.get("/")["Permissions-Policy"]


def test_the_worker_keeps_the_page_and_changes_its_name_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().get("/courier/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    before = answer.content.decode().splitlines()[0]
    assert '"/courier/"' in before and "courier/page.js" in before
    worker_script.cache_clear()
    monkeypatch.setattr("portal.machines.offline.render_to_string", lambda *given: "another page")
    assert worker_script().splitlines()[0] != before
    worker_script.cache_clear()


def test_a_scanner_that_floods_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.machines import pace
    from portal.machines.limits import MachineLimits

    monkeypatch.setattr(pace, "machine_limits", lambda: MachineLimits(each_minute=1, at_once=2))
    scanner = Scanner()
    assert [scanner.get(path).status_code for path in ("", "round", "round", "")] == [200, 200, 429, 429]


def test_links_last_a_day() -> None:
    assert timedelta(hours=24) == keep_scanners.LINK_LASTS
