"""Attacks with and on couriers' scanners (J27; ADR 29). Each control was tried off, where the attack succeeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.machines import scanner_cookie
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.recognising import machine_with_token
from portal.machines.scanner_cookie import cookie_name
from portal.machines.services.keep_scanners import AddScanner, add_scanner
from portal.machines.tests.factories import Program, Scanner, a_scan
from portal.machines.views import calling
from portal.records.models import Holder, Label, Scan
from portal.records.places import own_place
from portal.records.tests.factories import a_movement, labelled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture
def label() -> Label:
    return labelled(a_movement())[0]


def _scan(label: Label) -> dict[str, Any]:
    return a_scan(label.code, label.bag.movement.origin.code)


def test_a_token_from_a_cookie_is_none_at_the_api_nor_the_other_way_round(label: Label) -> None:
    """Whoever copies a cookie has no way to read movements by their number, and a program's token opens no page."""
    scanner, program = Scanner(), Program()
    assert scanner.program.post("scans", {"scans": [_scan(label)]}).status_code == 401
    scanner.client.cookies[cookie_name()] = program.token
    assert scanner.send(_scan(label)).status_code == 401
    assert scanner.get().status_code == 403
    assert Scan.objects.count() == 0


def test_control_off_a_token_from_a_cookie_scans_at_the_api(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "machine_with_token", lambda token: machine_with_token(token, uses_page=True))
    assert Scanner().program.post("scans", {"scans": [_scan(label)]}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_somebody_else_sends_nothing_with_a_scanners_cookie(label: Label, site: str) -> None:
    """Should a browser send the cookie in spite of SameSite, it says where the request comes from."""
    scanner = Scanner()
    assert scanner.send(_scan(label), **{"Sec-Fetch-Site": site}).status_code == 401
    assert scanner.get("round", **{"Sec-Fetch-Site": site}).status_code == 401
    assert Scan.objects.count() == 0


def test_control_off_a_page_of_somebody_else_sends(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner_cookie, "is_own_page", lambda request: True)
    assert Scanner().send(_scan(label), **{"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_form_of_somebody_else_sends_nothing(label: Label) -> None:
    """A form can send no header of its own, so it has no idempotency key; the plain form wants its secret."""
    scanner = Scanner()
    for address in ("/courier/scans?courier=COURIER", "/courier/"):
        form = {"kind": "collected", "place": label.bag.movement.origin.code, "codes": label.code}
        assert scanner.client.post(address, form).status_code in (400, 403)
    set_scope("system")
    assert Scan.objects.count() == 0


def test_a_link_is_kept_nowhere_and_guessed_by_nobody(label: Label) -> None:
    keeper = system_actor("Keeper", KEEP_SCANNERS)
    own_place("courier")
    machine, secret = add_scanner(keeper, AddScanner(name="Van", courier="COURIER", token_ends_on=timezone.localdate()))
    assert secret not in str(list(Machine.objects.values())) + str(list(AuditEvent.objects.values("payload")))
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), machine.reference, "0" * 43):
        assert Client().post(f"/courier/start/{wrong}/").status_code == 404
    assert Client().post(f"/courier/start/{secret}/").status_code == 302
    assert Client().post(f"/courier/start/{secret}/").status_code == 404


def test_a_scanner_reaches_nothing_but_its_page(label: Label) -> None:
    client = Client()
    client.cookies[cookie_name()] = Scanner().token
    for address in ("/staff/records/", "/staff/scanners/", f"/o/{label.bag.movement.origin.code}/records/"):
        assert client.get(address).status_code == 302
    assert client.get(f"/api/v1/movements/{label.bag.movement.reference}").status_code == 401


def test_somebody_signed_in_is_no_scanner(sign_in: Callable[..., Client]) -> None:
    client = sign_in(MembershipFactory(roles=["main_contact"]))
    assert client.get("/courier/").status_code == 403
    assert client.get("/courier/round").status_code == 401


def test_an_ended_scanner_reads_and_sends_nothing(label: Label) -> None:
    scanner = Scanner(ended_at=timezone.now(), ended_why="Stolen")
    assert scanner.send(_scan(label)).status_code == 401
    assert scanner.get("round").status_code == 401
    assert scanner.get().status_code == 403
    assert scanner.post_form({"kind": "collected", "place": "HUB", "codes": label.code}).status_code == 403
    assert Scan.objects.count() == 0


def test_a_round_has_no_bags_of_another_courier(label: Label) -> None:
    mine = Scanner()
    rival = Scanner(place=Holder.objects.create(code="RIVAL", kind="courier", name="Another courier"))
    assert mine.send(_scan(label)).status_code == 200
    assert label.code in mine.get("round").content.decode()
    assert label.code not in rival.get("round").content.decode()
