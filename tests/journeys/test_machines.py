"""A Service Manager admits a courier's scanners, and ends their access (J27)."""

from __future__ import annotations

import pytest

from portal.casework.tests.factories import staff_member
from portal.records.places import own_place
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_a_machine_is_admitted_gets_its_token_once_and_is_ended(visit: Visit, javascript: bool, width: int) -> None:
    courier = own_place("courier").code
    manager = visit(staff_member("service_manager"), javascript=javascript, width=width)
    manager.go("staff_machines:machines")
    manager.sees("No machine is admitted.")
    manager.looks_right("machines-none")
    manager.press("Admit a machine")
    manager.looks_right("machines-admit")
    manager.page.get_by_label("Name of the machine").fill("Van scanners")
    manager.page.get_by_label("Send scans of bags").check()
    manager.page.get_by_label("For which courier, hub or store does it scan?").fill(courier)
    manager.press("Admit it and show its token")
    manager.sees("This is the only time that you see it.")
    manager.looks_right("machines-token")
    manager.follow("Back to the machine")
    manager.sees("Van scanners")
    manager.looks_right("machines-one")
    manager.press("End its access")
    manager.page.get_by_label("Why does its access end?").fill("The van was stolen.")
    manager.looks_right("machines-end")
    manager.press("End its access")
    manager.sees("Its access has ended.")
    manager.looks_right("machines-list")
