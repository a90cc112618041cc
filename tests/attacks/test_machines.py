"""Attacks with and on machine tokens (J27; trust 2.2). Each was tried with its control off, where it succeeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in
from portal.machines import pace, recognising, scopes
from portal.machines.limits import MachineLimits, machine_limits
from portal.machines.models import Machine, Pace
from portal.machines.tests.factories import Program, a_scan
from portal.records.models import Holder, Label, Scan
from portal.records.places import own_place
from portal.records.tests.factories import a_movement, labelled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture
def label() -> Label:
    return labelled(a_movement())[0]


def _collect(program: Program, label: Label, **values: Any) -> Any:
    return program.post("scans", {"scans": [a_scan(label.code, label.bag.movement.origin.code, **values)]})


def test_a_token_whose_access_ended_or_that_ran_out_is_no_token(label: Label) -> None:
    ended = Program(ended_at=timezone.now(), ended_why="The van was stolen")
    old = Program(token_ends_on=timezone.localdate() - timedelta(days=1))
    for program in (ended, old):
        answer = _collect(program, label)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert Scan.objects.count() == 0


def test_control_off_a_token_that_ran_out_scans(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Program(token_ends_on=timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr(recognising.timezone, "localdate", lambda: timezone.now().date() - timedelta(days=9))
    assert _collect(old, label).status_code == 200


@pytest.mark.parametrize("wrong", ["", "Bearer", "Bearer x", "Basic {token}", "bearer {token}x", "{token}"])
def test_what_is_no_token_is_no_token(label: Label, wrong: str) -> None:
    program = Program()
    answer = program.client.post(
        "/api/v1/scans", b"{}", content_type="application/json",
        headers={"Authorization": wrong.format(token=program.token), "Idempotency-Key": "1"},
    )  # fmt: skip
    assert answer.status_code == 401


def test_a_token_in_the_address_or_the_body_is_no_token(label: Label) -> None:
    program = Program()
    for address in (f"/api/v1/movements/{label.bag.movement.reference}?token={program.token}",):
        assert Client().get(address).status_code == 401


def test_somebody_signed_in_is_nobody_here(label: Label) -> None:
    """A session is no token: so a page of somebody else cannot make a browser call the API."""
    client = Client()
    sign_in(client, MembershipFactory(roles=["main_contact"]).user)
    assert client.get(f"/api/v1/movements/{label.bag.movement.reference}").status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("movements", "post", "scans"),
        ("scans", "get", "movements/MV-0000-0000"),
        ("scans", "post", "registration-events"),
        ("registrations", "post", "scans"),
    ],
)
def test_a_token_is_good_for_its_scopes_alone(scope: str, method: str, path: str) -> None:
    program = Program(scope)
    answer = program.get(path) if method == "get" else program.post(path, {"scans": []})
    assert answer.status_code == 403
    assert Scan.objects.count() == 0


def test_the_machine_of_a_hub_scans_for_no_other_place(label: Label) -> None:
    hub = Program("scans", place=own_place("hub"))
    other = Holder.objects.create(code="HUBNORTH", kind="hub", name="The northern hub")
    for scan in (
        a_scan(label.code, other.code, "hub_in"),
        a_scan(label.code, "HUB", "collected"),
        a_scan(label.code, label.bag.movement.destination.code, "delivered"),
    ):
        assert hub.post("scans", {"scans": [scan]}).status_code == 422
    assert Scan.objects.count() == 0


def test_control_off_the_machine_of_a_hub_delivers(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the table of kinds, and as if the place were a courier's, the same scan is taken."""
    hub = Program("scans", place=own_place("hub"))
    monkeypatch.setitem(scopes.KINDS_OF, "hub", ("collected", "hub_in", "delivered"))
    assert hub.post("scans", {"scans": [a_scan(label.code, "HUB", "collected")]}).status_code == 200


def test_a_courier_sees_no_manifest_of_another_courier(label: Label) -> None:
    mine, other = Program(), Holder.objects.create(code="RIVAL", kind="courier", name="Another courier")
    rival = Program(place=other)
    destination = label.bag.movement.destination.code
    assert _collect(mine, label).status_code == 200
    assert mine.get(f"manifests/{destination}").json()["deliver"] == [label.code]
    assert rival.get(f"manifests/{destination}").json()["deliver"] == []


def test_a_scan_says_which_courier_had_the_bag_by_the_token_not_by_the_body(label: Label) -> None:
    """A member that names another courier is refused, and the chain names the token's own."""
    rival = Program(place=Holder.objects.create(code="RIVAL", kind="courier", name="Another courier"))
    assert _collect(rival, label, courier="COURIER").status_code == 422
    assert _collect(rival, label).status_code == 200
    label.bag.part.refresh_from_db()
    assert label.bag.part.holder.code == "RIVAL"


def test_a_machine_that_floods_is_told_to_wait_and_nobody_else_waits(
    label: Label, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the address nor the answer matters, and what was refused costs nothing: the wait does not grow."""
    monkeypatch.setattr(pace, "machine_limits", lambda: MachineLimits(each_minute=1, at_once=3))
    flooding, other = Program(), Program()
    assert [flooding.get("movements/X").status_code for _ in range(3)] == [404, 404, 404]
    for _ in range(5):
        answer = _collect(flooding, label)
        assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")
        assert 50 < int(answer.headers["Retry-After"]) <= 60
    assert Scan.objects.count() == 0
    assert _collect(other, label).status_code == 200


def test_control_off_a_machine_floods(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "machine_limits", lambda: MachineLimits(each_minute=1, at_once=3))
    monkeypatch.setattr(pace, "_count", lambda machine: True)
    flooding = Program()
    assert {flooding.get("movements/X").status_code for _ in range(30)} == {404}


def test_a_machine_goes_on_when_it_has_waited() -> None:
    program = Program()
    assert program.get("movements/X").status_code == 404
    limits = machine_limits()
    Pace.objects.update(free_at=timezone.now() + limits.slack + timedelta(seconds=4.5))
    assert program.get("movements/X").headers["Retry-After"] == "5"
    Pace.objects.update(free_at=timezone.now() + limits.slack - timedelta(seconds=1))
    assert program.get("movements/X").status_code == 404


def test_the_database_does_not_know_a_token() -> None:
    program = Program()
    stored = Machine.objects.get()
    assert program.token.encode() not in bytes(stored.token_digest)
    assert program.token.startswith(stored.token_begins) and len(stored.token_begins) < 12
