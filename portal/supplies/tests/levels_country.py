"""Many sites with order lines, for tests of what is published."""

from __future__ import annotations

import random
from datetime import date, timedelta

from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.factories import CatalogueItemFactory
from portal.supplies.tests.levels_facts import Part, a_line, at

KIND_OF = {"gp": "gp_practice", "dental": "dental_practice", "ophthalmic": "optical_site", "pharmacy": "pharmacy"}


def sites(number: int, area: str, contractor_type: str = "gp") -> list[Organisation]:
    """So many sites of one type in one area."""
    kind = KIND_OF[contractor_type]
    return [
        OrganisationFactory(kind=kind, contractor_type=contractor_type, commissioner_code=area) for _ in range(number)
    ]


def some_lines(everybody: list[Organisation], month: date, *, seed: int = 1, most: int = 3) -> None:
    """A few lines for each, some in time and some late, of two kinds of item."""
    chance = random.Random(seed)
    items = [CatalogueItemFactory(item_class="plain"), CatalogueItemFactory(item_class="secure")]
    for site in everybody:
        for _ in range(chance.randint(1, most)):
            day = month + timedelta(days=chance.randint(0, 27))
            late = timedelta(days=chance.choice([0, 0, 0, 2]))
            a_line(site, day, Part(packs=4, delivered_at=at(day + late)), item=chance.choice(items))
