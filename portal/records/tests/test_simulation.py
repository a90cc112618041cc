"""A week in small: every kind of fault is put in, found and shown, and nothing else is (issue 4, proved by)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from portal.records.management.commands.simulate_records import as_table
from portal.records.models import PaperRecord, Scan
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
