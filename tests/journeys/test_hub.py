"""The hub in a browser: a stack is scanned in, sorted into a cage, and leaves with the courier (J26)."""

from __future__ import annotations

import pytest

from portal.casework.tests.factories import staff_member
from portal.records.hub.models import Cage
from portal.records.tests.factories import Journey, a_movement, labelled
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_a_stack_is_sorted_into_a_cage_and_leaves(visit: Visit, javascript: bool, width: int) -> None:
    movement, stray = a_movement(), a_movement()
    [label], [other] = labelled(movement), labelled(stray)
    for each, of in ((label, movement), (other, stray)):
        Journey(each).scan("collected", of.origin)
    to = movement.destination.code

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movements")
    staff.press("The hub")
    staff.sees("No cage here.")
    staff.press("Scan in and sort")
    staff.page.get_by_label("Bags", exact=True).fill(f"{label.code}\nRL-2222-2222")
    staff.press("Take them in")
    staff.sees("Put aside: 1 bag")
    staff.looks_right("hub-sorted")
    staff.follow(f"Open a cage for {to}")
    staff.press("Open it")
    staff.sees("Scan the bags that go into it.")
    staff.page.get_by_label("Bags", exact=True).fill(f"{label.code}\n{other.code}")
    staff.press("Put them in")
    staff.sees("It does not belong in here.")
    staff.looks_right("hub-cage")
    staff.press("Close the cage")
    staff.sees("Print its manifest.")
    staff.looks_right("hub-closed")
    staff.press("Open it again")
    staff.sees("The cage is open again.")
    staff.press("Close the cage")
    staff.sees("Print its manifest.")
    staff.go("hub:cages")
    staff.sees("Waiting for the courier")
    staff.looks_right("hub-cages")
    staff.press("Hand a cage to the courier")
    staff.page.get_by_label("Cage").fill(Cage.objects.get().reference)
    staff.looks_right("hub-hand-over")
    staff.press("The courier has it")
    staff.sees("Every bag in it has left the hub.")
