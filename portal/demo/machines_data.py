"""Sample scanners of the courier: one on the road, one that waits to be set up. Nobody has their tokens."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone

from portal.demo.earlier import happening_at, working_days_ago
from portal.foundation.access import system_actor
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.services.keep_scanners import AddScanner, add_scanner, set_up_scanner
from portal.records.api import SCAN_RECORDS, couriers

_LASTS = timedelta(days=180)


def load() -> None:
    """Makes them once; leaves alone whatever is there."""
    if Machine.objects.exists():
        return
    with happening_at(working_days_ago(8, time(8, 40))):
        secret = _add("Van 3")
        set_up_scanner(system_actor("Somebody with the link", SCAN_RECORDS), secret)
    _add("Hand scanner 12")


def _add(name: str) -> str:
    courier, _ = couriers()[0]
    command = AddScanner(name=name, courier=courier, token_ends_on=timezone.localdate() + _LASTS)
    return add_scanner(system_actor("Omar Said", KEEP_SCANNERS), command)[1]
