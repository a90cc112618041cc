"""A week in small: every kind of fault is put in, found and shown, and nothing else is (issue 4, proved by)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from portal.foundation.access import Actor
from portal.records.chain import HandOver, link
from portal.records.management.commands.simulate_records import as_table
from portal.records.models import CustodyEvent, Discrepancy, PaperRecord, Scan
from portal.records.services.take_scans import Answer, Scanned, take_scans
from portal.records.simulation.routes import FAULTS
from portal.records.simulation.running import simulate
from portal.records.tests.factories import a_movement

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2])
def test_every_fault_of_a_small_week_comes_to_light(seed: int) -> None:
    report = simulate(seed=seed, records=80)
    print(as_table(report))
    assert report.is_right, as_table(report)
    assert report.false_alarms == 0
    assert all(tally.injected for tally in report.faults.values())
    assert report.scans >= Scan.objects.count() > 5 * report.bags


@pytest.mark.parametrize(
    ("fault", "silenced"),
    [
        ("lost_scan", "missing_scan"),
        ("lost_bag", "overdue"),
        ("misdelivered", "wrong_place"),
        ("swapped", "wrong_patient"),
        ("unknown_label", "unknown_label"),
        ("void_label", "void_label"),
        ("cancelled", "movement_ended"),
    ],
)
def test_a_portal_that_keeps_one_thing_to_itself_does_not_pass(
    fault: str, silenced: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulation can fail: a portal that writes down nothing of one kind leaves that fault unshown."""
    written = Discrepancy.objects.bulk_create

    def silent(rows: Iterable[Discrepancy], **named: Any) -> list[Discrepancy]:
        return written([each for each in rows if each.kind != silenced], **named)

    monkeypatch.setattr(Discrepancy.objects, "bulk_create", silent)
    report = simulate(seed=1, records=40)
    assert not report.is_right
    assert [kind for kind, tally in report.faults.items() if tally.shown < tally.injected] == [fault]
    assert "<- not all" in as_table(report)


def test_a_portal_that_takes_a_scan_twice_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated scan that is answered like a new one is a fault that nobody is told of."""

    def forgetful(actor: Actor, scans: Sequence[Scanned]) -> list[Answer]:
        return [replace(each, outcome="applied") for each in take_scans(actor, scans)]

    monkeypatch.setattr("portal.records.simulation.running.take_scans", forgetful)
    report = simulate(seed=1, records=40)
    unseen = {kind for kind, tally in report.faults.items() if tally.shown < tally.injected}
    assert unseen == {"repeated", "doubled", "late"}


def test_a_chain_that_was_forged_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that does not say what its digest covers is a violation."""

    def forged(actor: Actor, change: HandOver) -> CustodyEvent:
        event = link(actor, change)
        event.note = "Not what the digest covers"
        return event

    monkeypatch.setattr("portal.records.services.take_scans.link", forged)
    report = simulate(seed=1, records=30)
    assert report.violations
    assert not report.is_right


def test_the_command_uses_a_database_of_its_own_and_leaves_none_behind() -> None:
    # portal_owner may make databases, as in bin/start.
    environment = os.environ | {"PORTAL_DATABASE_ROLE": "owner", "PORTAL_MODE": "demo"}
    command = [sys.executable, "-m", "portal.config.operate", "simulate_records", "--weeks", "1", "--seed", "3"]
    done = subprocess.run([*command, "--records", "50", "--json"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    report = json.loads(done.stdout)
    assert report["records"] == 50
    assert report["invariant_violations"] == []
    assert report["faults"].keys() == FAULTS.keys()
    assert all(each["injected"] == each["found"] == each["shown"] for each in report["faults"].values())
    assert PaperRecord.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_database where datname like 'portal_simulation%'")
        assert cursor.fetchone() == (0,)


def test_in_production_it_does_not_run_beside_real_records(monkeypatch: pytest.MonkeyPatch) -> None:
    a_movement()
    monkeypatch.setattr(settings, "MODE", "production")
    with pytest.raises(CommandError, match="real records"):
        call_command("simulate_records", records=1)
