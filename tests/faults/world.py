"""What the fault tests begin with: ``python -m tests.faults.world RECORDS`` fills a database, and prints it as JSON.

Sites that may order, one clerk signed in for each; couriers' machines with a token; bags with labels, waiting.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.accounts.tests.factories import MembershipFactory  # noqa: E402
from portal.accounts.tests.sign_in import sign_in  # noqa: E402
from portal.foundation.access import system_actor  # noqa: E402
from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.machines.tests.factories import Program  # noqa: E402
from portal.organisations.tests.factories import OrganisationFactory  # noqa: E402
from portal.records.permissions import MOVE_RECORDS  # noqa: E402
from portal.records.simulation.england import make_movements, make_places, numbers_of_nobody  # noqa: E402
from portal.supplies.tests.factories import CatalogueItemFactory  # noqa: E402
from portal.supplies.tests.stock_books import shelf  # noqa: E402

CLERKS, COURIERS = 4, 4
ITEMS, PACKS = 2, 50_000  # fewer items than clerks, so that they meet at a shelf


def make_world(records: int) -> dict[str, Any]:
    """Fills the database; returns clerks (site and cookie), tokens, item codes, and bags (label, from, to)."""
    set_scope("system")
    items = [CatalogueItemFactory(code=f"FAULT-{number}", contractor_types=["gp"]) for number in range(ITEMS)]
    for item in items:
        shelf(PACKS, item=item)
    return {
        "clerks": [_clerk(f"Z8100{number}") for number in range(CLERKS)],
        "tokens": [Program("scans").token for _ in range(COURIERS)],
        "items": [item.code for item in items],
        "bags": _bags(records),
    }


def _clerk(site: str) -> dict[str, str]:
    organisation = OrganisationFactory(code=site, kind="gp_practice", contractor_type="gp")
    member = MembershipFactory(organisation=organisation, roles=["main_contact"])
    return {"site": site, "cookie": sign_in(Client(), member.user)}


def _bags(records: int) -> list[dict[str, str]]:
    actor = system_actor("Fault tests", MOVE_RECORDS)
    begun = timezone.now() - timedelta(days=1)
    labels = make_movements(actor, random.Random(1), make_places([]), numbers_of_nobody(), records, begun)
    return [
        {
            "label": each.code,
            "from": each.bag.movement.origin.code,
            "to": each.bag.movement.destination.code,
        }
        for each in labels
        if each.bag.movement.origin.kind == "practice"
    ]


if __name__ == "__main__":
    with transaction.atomic():
        world = make_world(int(sys.argv[1]))
    print(json.dumps(world))
